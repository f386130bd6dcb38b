extension SampleWriter {
    func appendOrder(_ index: Int, to row: inout SampleRow) {
        let number = firstID + index
        let order = SampleOrder(number: number, seed: seed)
        let bad = fault(at: index)
        let fault = bad?.fault
        row.text(SampleWords.orderHead, fault == .duplicateKey ? firstID + (bad?.goodIndex ?? 0) : number)
        switch fault {
        case .badInteger: row.text(Self.twelve)
        case .missingValue: row.absent()
        default: row.integer(order.customer)
        }
        if fault == .shortRow { return }
        row.text(fault == .checkViolation ? Self.lost : order.status.text)
        if fault == .badValue { row.text(Self.notANumber) } else { row.hundredths(order.total) }
        row.timestamp(SampleDate.all[order.createdDay], secondOfDay: order.secondOfDay)
        row.timestamp(SampleDate.all[order.updatedDay], secondOfDay: order.secondOfDay)
        if let day = order.archivedDay {
            row.timestamp(SampleDate.all[day], secondOfDay: order.secondOfDay)
        } else {
            row.absent()
        }
        switch order.lock {
        case .held: row.text(SampleWords.farFuture)
        case .expired: row.text(SampleWords.longAgo)
        case nil: row.absent()
        }
    }

    /// Invoices go round the demo's orders with even numbers; those with odd ones never have any.
    func appendInvoice(_ index: Int, to row: inout SampleRow) {
        let id = firstID + index
        let number = 2 + (id - 1) % (Self.demoOrders / 2) * 2
        let order = SampleOrder(number: number, seed: seed)
        let bad = fault(at: index)
        let fault = bad?.fault
        switch fault {
        case .badInteger: row.text(Self.twelve)
        case .duplicateKey: row.integer(firstID + (bad?.goodIndex ?? 0))
        default: row.integer(id)
        }
        if fault == .missingValue { row.absent() } else { row.text(SampleWords.orderHead, number) }
        if fault == .shortRow { return }
        row.hundredths(fault == .checkViolation ? 0 : order.total)
        if fault == .badValue {
            row.text(Self.notANumber)
        } else {
            row.date(SampleDate.all[order.createdDay])
        }
    }

    static let lost = Array("LOST".utf8)
}
