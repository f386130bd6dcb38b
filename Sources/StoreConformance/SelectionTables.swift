/// The tables of the cases about selections, in SQL that every database takes.
enum SelectionTables {
    /// Parcels (whole-number keys made by the database, every kind of mark), their scans, and shelves with texts as keys.
    static func make(_ fixture: any StoreFixture) async throws {
        try await fixture.execute(
            """
            CREATE TABLE parcels (
                id \(fixture.automaticKey), tenant_id VARCHAR(20) NOT NULL DEFAULT 'a',
                status VARCHAR(20) NOT NULL DEFAULT 'NEW', label VARCHAR(20) UNIQUE, weight INTEGER,
                sent_at TIMESTAMP, archived_at TIMESTAMP, locked_until TIMESTAMP, deleted_at TIMESTAMP,
                is_held BOOLEAN, CONSTRAINT whole CHECK (status <> 'BROKEN' OR weight < 100))
            """)
        try await fixture.execute(
            """
            CREATE TABLE scans (
                id \(fixture.automaticKey), parcel_id INTEGER NOT NULL REFERENCES parcels (id))
            """)
        try await fixture.execute(
            "CREATE TABLE shelves (code VARCHAR(20) NOT NULL PRIMARY KEY, status VARCHAR(20) NOT NULL)")
    }

    /// Parcels 1 to `count`, all new.
    static func fill(_ fixture: any StoreFixture, count: Int) async throws {
        try await make(fixture)
        try await add(fixture, 1...count)
    }

    /// New parcels, labelled by their numbers; keys are made in order.
    static func add(_ fixture: any StoreFixture, _ numbers: ClosedRange<Int>) async throws {
        let rows = numbers.map { "('P\($0)', \($0))" }.joined(separator: ", ")
        try await fixture.execute("INSERT INTO parcels (label, weight) VALUES \(rows)")
    }
}
