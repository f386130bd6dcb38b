import ArgumentParser

/// `breakbulk sample`: deterministic test data on standard output.
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Write deterministic test data for the demo's tables to standard output.",
        discussion: """
            breakbulk sample sales --rows 1000000 > sales.csv
            breakbulk sample sales --rows 1000 --bad 1 | breakbulk load - --into sales

            One order in ten is PENDING; invoices refer to every second order of the demo, the others have none.
            """)

    @Argument(help: "The table: sales, customers, orders, invoices or resources.")
    var table: SampleTable

    @Option(help: "How many rows.")
    var rows = 1000

    @Option(help: "csv, json (one array) or ndjson.")
    var format = SampleFormat.csv

    @Option(help: "Percent of the rows that are broken, in turn in different ways, spread evenly.")
    var bad = 0.0

    @Option(help: "Another seed gives other rows; order numbers and emails follow from the id alone.")
    var seed: UInt64 = 1

    @Option(help: "The id of the first row. The default lies beyond the rows of the demo database.")
    var firstID = SampleTable.firstIDDefault

    @Flag(help: "Print the statements that make the table instead of rows.")
    var schema = false

    @Flag(help: "With --schema: for PostgreSQL instead of SQLite.")
    var postgres = false

    func validate() throws {
        guard rows >= 0 else { throw ValidationError("--rows must not be negative.") }
        guard schema || !postgres else { throw ValidationError("--postgres goes with --schema.") }
        guard (0...100).contains(bad) else { throw ValidationError("--bad is a percentage, from 0 to 100.") }
        // Order numbers are one to one within 40 bits.
        guard firstID >= 1, rows <= 1 << OrderNumber.bits, firstID <= (1 << OrderNumber.bits) - rows else {
            throw ValidationError("--first-id must be at least 1, and the last id below 2^40.")
        }
    }

    func run() {
        guard !schema else {
            return Console.line(SampleSchema.createTable(table, key: postgres ? .postgres : .sqlite))
        }
        let writer = SampleWriter(
            table: table, format: format, rowCount: rows, firstID: firstID, seed: seed,
            spread: SampleSpread(percent: bad))
        writer.write { Console.put($0) }
    }
}

extension SampleTable: ExpressibleByArgument {}
extension SampleFormat: ExpressibleByArgument {}
