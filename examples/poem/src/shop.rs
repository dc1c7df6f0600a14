//! The shop as it was before: its state, its routes, its 404.

use std::sync::Arc;

use poem::{
    IntoResponse, Response, Route,
    error::NotFoundError,
    get, handler,
    http::StatusCode,
    web::{Data, Json},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::RwLock;

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

/// The routes, for an application with a shop in its data.
pub fn routes() -> Route {
    Route::new()
        .at("/", get(index))
        .at("/orders", get(orders).post(order))
        .at("/.well-known/security.txt", get(security))
}

#[handler]
fn index() -> &'static str {
    "A small shop. See /orders.\n"
}

/// RFC 9116
#[handler]
fn security() -> &'static str {
    "Contact: mailto:security@shop.example\nExpires: 2030-01-01T00:00:00Z\n"
}

#[handler]
async fn orders(shop: Data<&Shop>) -> Json<Vec<Order>> {
    Json(shop.orders.read().await.clone())
}

#[handler]
async fn order(shop: Data<&Shop>, Json(order): Json<Order>) -> impl IntoResponse {
    shop.orders.write().await.push(order.clone());
    Json(order).with_status(StatusCode::CREATED)
}

pub async fn not_found(_: NotFoundError) -> Response {
    let body = json!({ "error": "not found", "hint": "try /orders" });
    Json(body).with_status(StatusCode::NOT_FOUND).into_response()
}
