/// Where an upload tells what became of its records in an earlier job, whose results it was made of.
package struct EarlierResult: Hashable, Sendable {
    /// Inputs (from 0) with the number that the record had, and with the code of its fault.
    package let record: Int
    package let errorCode: Int

    package init(record: Int, errorCode: Int) {
        self.record = record
        self.errorCode = errorCode
    }

    /// Nil when the inputs of these names do not have both.
    init?(in inputNames: [String], _ names: ResultNames) {
        guard let record = inputNames.firstIndex(of: names.record),
            let errorCode = inputNames.firstIndex(of: names.errorCode)
        else { return nil }
        self.init(record: record, errorCode: errorCode)
    }
}
