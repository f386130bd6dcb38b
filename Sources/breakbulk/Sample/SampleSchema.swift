/// The tables of the sample, as SQL for an empty SQLite file.
///
/// `sales.customer_id` refers to no other table on purpose: measurements compare with `sqlite3 .import`,
/// which checks no foreign keys by default.
enum SampleSchema {
    static func createTable(_ table: SampleTable) -> String {
        switch table {
        case .sales: sales
        case .customers: customers
        }
    }

    /// Rows of each table in the demo database.
    static func demoRows(of table: SampleTable) -> Int {
        switch table {
        case .sales: 10_000
        case .customers: SampleWriter.demoCustomers
        }
    }

    /// The first id of each table in the demo database.
    static func demoFirstID(of table: SampleTable) -> Int {
        switch table {
        case .sales: 1
        case .customers: SampleWriter.demoFirstCustomerID
        }
    }

    private static let sales = """
        CREATE TABLE sales (
            id INTEGER PRIMARY KEY,
            order_number TEXT NOT NULL UNIQUE,
            customer_id INTEGER NOT NULL,
            product TEXT NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            unit_price DECIMAL(10,2) NOT NULL,
            amount DECIMAL(12,2) NOT NULL,
            status TEXT NOT NULL,
            sold_at TIMESTAMP NOT NULL,
            note TEXT
        );
        """

    private static let customers = """
        CREATE TABLE customers (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL UNIQUE,
            created_at DATE
        );
        """
}
