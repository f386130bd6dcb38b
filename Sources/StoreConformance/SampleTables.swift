/// The tables of the cases, in SQL that every database takes.
enum SampleTables {
    static func make(_ fixture: any StoreFixture) async throws {
        try await fixture.execute(
            """
            CREATE TABLE customers (
                id \(fixture.automaticKey), email VARCHAR(100) NOT NULL UNIQUE, name VARCHAR(50) NOT NULL,
                tier VARCHAR(20) NOT NULL DEFAULT 'basic', note TEXT,
                CONSTRAINT named CHECK (name <> ''))
            """)
        try await fixture.execute(
            """
            CREATE TABLE orders (
                number VARCHAR(20) NOT NULL PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
                amount DECIMAL(10, 2), quantity INTEGER NOT NULL DEFAULT 1)
            """)
        try await fixture.execute(
            """
            CREATE TABLE items (
                id \(fixture.automaticKey), tenant_id VARCHAR(20) NOT NULL, sku VARCHAR(20) NOT NULL,
                stock INTEGER NOT NULL, UNIQUE (tenant_id, sku))
            """)
    }

    /// Customers 1 (Ann) and 2 (Bob), their keys made by the database, so that it goes on with 3.
    static func fill(_ fixture: any StoreFixture) async throws {
        try await make(fixture)
        try await fixture.execute(
            "INSERT INTO customers (email, name) VALUES ('ann@x.org', 'Ann'), ('bob@x.org', 'Bob')")
    }
}
