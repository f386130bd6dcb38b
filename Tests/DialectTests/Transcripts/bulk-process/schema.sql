-- The tables of spec 000.
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'CANCELLED')),
    total_amount DECIMAL(12,2) NOT NULL CHECK (total_amount >= 0),
    created_at TIMESTAMP NOT NULL DEFAULT '2026-01-01 00:00:00',
    archived_at TIMESTAMP,
    locked_until TIMESTAMP
);
CREATE TABLE invoices (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    amount DECIMAL(12,2) NOT NULL
);
INSERT INTO orders (id, customer_id, status, total_amount) VALUES
    ('order-1', 1, 'PENDING', 10), ('order-2', 1, 'PENDING', 20), ('order-3', 1, 'COMPLETED', 30),
    ('order-4', 1, 'PENDING', 40), ('order-5', 2, 'PENDING', 50), ('order-6', 2, 'CANCELLED', 60),
    ('order-7', 2, 'CANCELLED', 70), ('order-8', 3, 'CANCELLED', 80), ('order-9', 3, 'CANCELLED', 90);
INSERT INTO invoices VALUES (1, 'order-8', 80), (2, 'order-3', 30);
