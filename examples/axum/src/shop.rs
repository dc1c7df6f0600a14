//! The shop as it was before: its state, its routes, its 404.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRef, State},
    http::StatusCode,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
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

/// The routes, for an application whose state holds a shop.
pub fn routes<S>() -> Router<S>
where
    Shop: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/", get(async || "A small shop. See /orders.\n"))
        .route("/orders", get(orders).post(order))
        .route("/.well-known/security.txt", get(async || SECURITY))
        .fallback(not_found)
}

/// RFC 9116
const SECURITY: &str = "Contact: mailto:security@shop.example\nExpires: 2030-01-01T00:00:00Z\n";

async fn orders(State(shop): State<Shop>) -> Json<Vec<Order>> {
    Json(shop.orders.read().await.clone())
}

async fn order(State(shop): State<Shop>, Json(order): Json<Order>) -> (StatusCode, Json<Order>) {
    shop.orders.write().await.push(order.clone());
    (StatusCode::CREATED, Json(order))
}

async fn not_found() -> (StatusCode, Json<Value>) {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "not found", "hint": "try /orders" })))
}
