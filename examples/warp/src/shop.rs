//! The shop as it was before: its state, its routes, its 404.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::RwLock;
use warp::{Filter, Rejection, Reply, http::StatusCode, reply};

/// What the routes share.
#[derive(Clone, Default)]
pub struct Shop {
    orders: Arc<RwLock<Vec<Order>>>,
}

#[derive(Clone, Deserialize, Serialize)]
struct Order {
    item: String,
    count: u32,
}

/// The routes.
pub fn routes(shop: Shop) -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    let shop = warp::any().map(move || shop.clone());
    let home = warp::path::end().and(warp::get()).map(|| "A small shop. See /orders.\n");
    let list = warp::path!("orders").and(warp::get()).and(shop.clone()).then(orders);
    let add = warp::path!("orders").and(warp::post()).and(shop).and(warp::body::json()).then(order);
    let security = warp::path!(".well-known" / "security.txt").and(warp::get()).map(|| SECURITY);
    home.or(list).or(add).or(security)
}

/// RFC 9116
const SECURITY: &str = "Contact: mailto:security@shop.example\nExpires: 2030-01-01T00:00:00Z\n";

async fn orders(shop: Shop) -> impl Reply {
    reply::json(&*shop.orders.read().await)
}

async fn order(shop: Shop, order: Order) -> impl Reply {
    shop.orders.write().await.push(order.clone());
    reply::with_status(reply::json(&order), StatusCode::CREATED)
}

/// The 404; other rejections are answered as warp does.
pub async fn not_found(rejection: Rejection) -> Result<impl Reply, Rejection> {
    if !rejection.is_not_found() {
        return Err(rejection);
    }
    let body = reply::json(&json!({ "error": "not found", "hint": "try /orders" }));
    Ok(reply::with_status(body, StatusCode::NOT_FOUND))
}
