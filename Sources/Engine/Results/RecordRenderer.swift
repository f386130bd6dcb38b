/// Renders records with their outcomes in one wire format.
///
/// Budget: no allocation and no `String` a record that succeeded.
protocol RecordRenderer: Sendable {
    /// What was rendered and not yet taken.
    var bytes: [UInt8] { get set }

    /// What stands before the first record.
    mutating func begin()
    mutating func render(_ record: borrowing RenderedRecord)
    /// What stands after the last record.
    mutating func end()
}
