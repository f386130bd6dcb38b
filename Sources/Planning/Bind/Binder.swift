package import BulkModel
package import Formats

/// Checks every field of a batch against its column and converts it for the database.
///
/// Budget: three allocations a batch (values, faults, and none for the bytes, which are taken over), none a record or a
/// good field. Words are made only for records that are refused.
package struct Binder: Sendable {
    private let columns: [PlannedColumn]
    private let inputs: [Plan.Input]
    private let names: [String]
    private let rules: [FieldRule]
    private let checker: FieldChecker
    private let hasBlobs: Bool
    private let spellings: StoredSpellings
    /// Inputs that identify a record: what a refused one keeps, so that its fault can name it.
    private let keyInputs: [Int]
    /// Nil where values must be exact.
    private let lenience: Lenience?
    /// Nil where no record can come from an earlier result.
    private let uncorrected: UncorrectedRecord?

    package init(plan: Plan, emptyIs: EmptyMeaning) {
        var allowed = AllowedValues()
        var rules: [FieldRule] = []
        var columnCount = 0
        for input in plan.inputs {
            var rule = FieldRule(input, emptyIs: emptyIs, output: columnCount)
            if case .column(let planned) = input {
                rule.enumeration = planned.enumeration.map { allowed.add($0) }
                rule.nullMeaning = Self.nullMeaning(planned, operation: plan.operation)
                columnCount += 1
            }
            rules.append(rule)
        }
        self.rules = rules
        columns = plan.columns
        inputs = plan.inputs
        names = plan.inputNames
        hasBlobs = columns.contains { $0.column.type == .blob }
        spellings = StoredSpellings(columns)
        keyInputs = plan.inputs.indices.filter { index in
            guard case .column(let planned) = plan.inputs[index] else { return false }
            return planned.isKey || plan.table.primaryKey.contains(planned.column.name)
        }
        lenience = plan.isLenient ? Lenience(plan) : nil
        uncorrected = plan.earlierResult.map(UncorrectedRecord.init)
        checker = FieldChecker(allowed: allowed, tenant: Array((plan.tenant?.value.text ?? "").utf8))
    }

    /// The batch's records, bound; faults of the decoder stay, and a record has at most one.
    package func bind(_ batch: consuming RecordBatch) -> BoundBatch {
        precondition(batch.columnCount == rules.count, "the batch was decoded for another plan")
        var bytes: [UInt8] = []
        swap(&bytes, &batch.bytes)
        if let lenience { lenience.relax(&batch, &bytes) }
        var values = [BoundValue](repeating: .absent, count: batch.recordCount * columns.count)
        let faults = check(batch, bytes, into: &values)
        if hasBlobs { decodeBlobs(in: &bytes, &values) }
        // Behind the checks, since nothing may move while fields are read.
        spellings.settle(&values, in: &bytes)
        return BoundBatch(
            bytes: bytes, columns: columns, values: values, faults: faults, recordCount: batch.recordCount,
            origin: batch.origin, places: batch.places)
    }

    /// Where a record is made, NULL in an automatic column means: make a value.
    private static func nullMeaning(
        _ planned: PlannedColumn, operation: BulkModel.Operation
    ) -> FieldRule.NullMeaning {
        if planned.refusesNull { return .refused }
        let makesRecords = operation == .insert || operation == .upsert
        return planned.column.isAutomatic && makesRecords ? .absent : .stored
    }

    private func check(
        _ batch: borrowing RecordBatch, _ bytes: [UInt8], into values: inout [BoundValue]
    ) -> [RecordFault] {
        let text = bytes.span
        let fields = batch.fields.span
        var output = values.mutableSpan
        var faults: [RecordFault] = []
        var known = 0
        for record in batch.places.indices {
            if known < batch.faults.count, batch.faults[known].index == record {
                faults.append(batch.faults[known])
                known += 1
                continue
            }
            if let code = uncorrected?.code(fields, from: record * rules.count, in: text) {
                let fault = uncorrectedFault(code, at: batch.position(of: record))
                faults.append(RecordFault(index: record, fault: fault))
                continue
            }
            if bind(record, fields, text, into: &output) { continue }
            clear(record, fields, text, in: &output)
            let place = batch.position(of: record)
            faults.append(
                RecordFault(index: record, fault: fault(of: record, at: place, fields, text, batch.origin)))
        }
        return faults
    }

    /// False when a field of the record is refused.
    private func bind(
        _ record: Int, _ fields: Span<Field>, _ text: Span<UInt8>, into output: inout MutableSpan<BoundValue>
    ) -> Bool {
        let firstField = record * rules.count
        let firstValue = record * columns.count
        for index in rules.indices {
            let rule = rules[index]
            switch checker.check(fields[firstField + index], rule, in: text) {
            case .good(let value): output[firstValue + rule.output] = value
            case .nothing: break
            case .bad: return false
            }
        }
        return true
    }

    /// Takes back the values of a refused record, but for those of its key that are good.
    private func clear(
        _ record: Int, _ fields: Span<Field>, _ text: Span<UInt8>, in output: inout MutableSpan<BoundValue>
    ) {
        let firstValue = record * columns.count
        for column in columns.indices { output[firstValue + column] = .absent }
        for index in keyInputs {
            guard
                case .good(let value) = checker.check(
                    fields[record * rules.count + index], rules[index], in: text)
            else { continue }
            output[firstValue + rules[index].output] = value
        }
    }

    /// Checks the record once more, now for the words: code, column and place are the first fault's.
    private func fault(
        of record: Int, at place: Position, _ fields: Span<Field>, _ text: Span<UInt8>, _ origin: Position
    ) -> Fault {
        var messages = FaultList()
        var first: (problem: FieldProblem, index: Int)?
        for index in rules.indices {
            let field = fields[record * rules.count + index]
            guard case .bad(let problem) = checker.check(field, rules[index], in: text) else { continue }
            first = first ?? (problem, index)
            let words = FaultMessage.words(
                for: problem, name: name(index), planned: planned(index), text: text.extracting(field.range))
            messages.add(words, column: name(index))
        }
        guard let first else { return Fault(.processingError, at: place, message: "The record was refused.") }
        var position = place
        let field = fields[record * rules.count + first.index]
        if field.length > 0 { position.byte = max(place.byte, origin.byte + Int(field.start)) }
        return Fault(
            first.problem.code, issue: first.problem.issue, at: position, column: name(first.index),
            message: messages.text)
    }

    private func uncorrectedFault(_ code: ErrorCode, at place: Position) -> Fault {
        UncorrectedRecord.fault(code, column: name(uncorrected?.inputs.errorCode ?? 0), at: place)
    }

    private func planned(_ index: Int) -> PlannedColumn? {
        guard case .column(let planned) = inputs[index] else { return nil }
        return planned
    }

    private func name(_ index: Int) -> String {
        planned(index)?.column.name ?? (names.indices.contains(index) ? names[index] : "")
    }

    private func decodeBlobs(in bytes: inout [UInt8], _ values: inout [BoundValue]) {
        var text = bytes.mutableSpan
        for index in values.indices {
            guard case .blob(let start, let length) = values[index] else { continue }
            let count = BlobText.decode(&text, at: Int(start)..<Int(start) + Int(length))
            values[index] = .blob(start: start, length: UInt32(count))
        }
    }
}
