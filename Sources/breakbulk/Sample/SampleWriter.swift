/// Deterministic sample data, made as fast as it can be written: the same arguments give the same bytes.
struct SampleWriter {
    let table: SampleTable
    let format: SampleFormat
    let rowCount: Int
    let firstID: Int
    let seed: UInt64
    let spread: SampleSpread

    /// Bytes gathered before they are handed on.
    static let pieceBytes = 256 << 10
    /// Of customers, also the range of `sales.customer_id`.
    static let demoCustomers = 5000
    /// Below it lie the ids that spec 002 prints (1 and 2), which must insert cleanly into the demo database.
    static let demoFirstCustomerID = 1001
    /// Of orders, also the range of `invoices.order_id`.
    static let demoOrders = 3000

    /// Hands all bytes to the sink in pieces of about `pieceBytes`.
    func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var row = SampleRow(table: table, format: format, capacity: Self.pieceBytes + 4096)
        head(&row)
        for index in 0..<rowCount {
            append(index, to: &row)
            guard row.bytes.count >= Self.pieceBytes else { continue }
            try sink(row.bytes)
            row.removeAll()
        }
        if format == .json { row.raw("\n]\n") }
        if !row.bytes.isEmpty { try sink(row.bytes) }
    }

    private func head(_ row: inout SampleRow) {
        if format == .json { row.raw("[") }
        guard format == .csv else { return }
        for (index, name) in table.columns.enumerated() {
            if index > 0 { row.raw(",") }
            row.raw(name)
        }
        row.raw("\n")
    }

    private func append(_ index: Int, to row: inout SampleRow) {
        if format == .json {
            if index > 0 { row.raw(",\n") } else { row.raw("\n") }
        }
        row.begin()
        switch table {
        case .sales: appendSale(index, to: &row)
        case .customers: appendCustomer(index, to: &row)
        case .orders: appendOrder(index, to: &row)
        case .invoices: appendInvoice(index, to: &row)
        case .resources: appendResource(index, to: &row)
        }
        row.end()
        if format == .ndjson { row.raw("\n") }
    }

    /// The fault of the row; a repeated key needs a good row before it, else the row has a bad value instead.
    func fault(at index: Int) -> (fault: SampleFault, goodIndex: Int)? {
        guard let fault = spread.fault(at: index) else { return nil }
        guard fault == .duplicateKey else { return (fault, 0) }
        guard let good = spread.goodRow(before: index) else { return (.badValue, 0) }
        return (.duplicateKey, good)
    }

    private func appendSale(_ index: Int, to row: inout SampleRow) {
        var random = SampleRandom(seed: seed, row: firstID + index)
        let bad = fault(at: index)
        let fault = bad?.fault
        row.integer(firstID + index)
        row.orderNumber(firstID + (fault == .duplicateKey ? bad?.goodIndex ?? 0 : index))
        let customer = Self.demoFirstCustomerID + random.below(Self.demoCustomers)
        if fault == .missingValue { row.absent() } else { row.integer(customer) }
        if fault == .shortRow { return }
        row.text(SampleWords.products[random.below(SampleWords.products.count)])
        let quantity = 1 + random.below(20)
        if fault == .badInteger {
            row.text(Self.twelve)
        } else {
            row.integer(fault == .checkViolation ? 0 : quantity)
        }
        let price = 99 + random.below(50_000)
        row.hundredths(price)
        if fault == .badValue { row.text(Self.notANumber) } else { row.hundredths(price * quantity) }
        row.text(SampleWords.statuses[random.below(SampleWords.statuses.count)])
        row.timestamp(day(&random), secondOfDay: random.below(86_400))
        appendNote(random.below(16), to: &row)
    }

    private func appendNote(_ choice: Int, to row: inout SampleRow) {
        if choice < SampleWords.notes.count { return row.text(SampleWords.notes[choice]) }
        if choice == SampleWords.notes.count { return row.text(SampleWords.commaNote, needsQuotes: true) }
        row.absent()
    }

    private func appendCustomer(_ index: Int, to row: inout SampleRow) {
        var random = SampleRandom(seed: seed, row: firstID + index)
        let bad = fault(at: index)
        let fault = bad?.fault
        if fault == .badInteger { row.text(Self.twelve) } else { row.integer(firstID + index) }
        if fault == .shortRow { return }
        if fault == .missingValue { row.absent() } else { row.text(fullName(&random)) }
        let number = firstID + (fault == .duplicateKey ? bad?.goodIndex ?? 0 : index)
        row.text(SampleWords.emailHead, number, SampleWords.emailTail)
        switch fault {
        case .checkViolation: row.text(Self.noSuchDay)
        case .badValue: row.text(Self.notANumber)
        default: row.date(day(&random))
        }
    }

    private func fullName(_ random: inout SampleRandom) -> [UInt8] {
        let given = SampleWords.givenNames[random.below(SampleWords.givenNames.count)]
        return given + SampleWords.familyNames[random.below(SampleWords.familyNames.count)]
    }

    private func day(_ random: inout SampleRandom) -> SampleDate {
        SampleDate.all[random.below(SampleDate.dayCount)]
    }

    static let twelve = Array("twelve".utf8)
    static let notANumber = Array("n/a".utf8)
    private static let noSuchDay = Array("2025-02-30".utf8)
}
