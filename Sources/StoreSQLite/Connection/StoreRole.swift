/// As what a database is opened.
package enum StoreRole: Sendable {
    /// The one server of the file: takes the server lock and keeps the write-ahead log short itself.
    case server
    /// A command beside a running server (`keys create`): short transactions, no lock of its own.
    case tool
}
