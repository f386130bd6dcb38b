-- The tables that every session begins with.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    created_at DATE
);
CREATE TABLE sales (
    id INTEGER PRIMARY KEY,
    product TEXT NOT NULL,
    amount DECIMAL(12,2) NOT NULL CHECK (amount > 0)
);
INSERT INTO customers VALUES (1, 'John Doe', 'john@example.com', '2026-01-01');
INSERT INTO customers VALUES (2, 'Jane Smith', 'jane@example.com', '2026-01-02');
INSERT INTO sales VALUES (1, 'lamp', 19.9), (2, 'desk, oak', 240), (3, 'chair', 80);
