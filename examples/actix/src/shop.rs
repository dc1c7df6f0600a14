//! The shop as it was before: its state, its routes, its 404.

use actix_web::{HttpResponse, Responder, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::RwLock;

/// What the routes share.
#[derive(Default)]
pub struct Shop {
    orders: RwLock<Vec<Order>>,
}

#[derive(Clone, Deserialize, Serialize)]
struct Order {
    item: String,
    count: u32,
}

/// The routes, for an application that has a shop among its data.
pub fn routes(app: &mut web::ServiceConfig) {
    app.route("/", web::get().to(async || "A small shop. See /orders.\n"))
        .service(web::resource("/orders").get(orders).post(order))
        .route("/.well-known/security.txt", web::get().to(async || SECURITY))
        .default_service(web::to(not_found));
}

/// RFC 9116
const SECURITY: &str = "Contact: mailto:security@shop.example\nExpires: 2030-01-01T00:00:00Z\n";

async fn orders(shop: web::Data<Shop>) -> impl Responder {
    web::Json(shop.orders.read().await.clone())
}

async fn order(shop: web::Data<Shop>, order: web::Json<Order>) -> HttpResponse {
    shop.orders.write().await.push(order.clone());
    HttpResponse::Created().json(order)
}

async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().json(json!({ "error": "not found", "hint": "try /orders" }))
}
