import Engine
import Planning

/// Tells whether it is a filter's fault that a statement failed: tries its terms one by one, away from the table.
///
/// So the refusal can quote what the server says: no row's value is in it.
struct FilterTrial {
    let types: ComparisonTypes
    let session: Session

    /// As much as a server's message is told of: it may quote a whole value.
    private static let messageCharactersMax = 200

    /// The failure as a refusal, where a term fails by itself; else the failure.
    func cause(of failure: ServerFailure, _ condition: Condition) throws -> any Error {
        guard failure.isOperandFault, let refusal = try refusal(of: condition) else { return failure }
        return refusal
    }

    private func refusal(of condition: Condition) throws -> StoreError? {
        switch condition {
        case .all(let parts), .any(let parts):
            for part in parts {
                if let refusal = try refusal(of: part) { return refusal }
            }
            return nil
        case .not(let part): return try refusal(of: part)
        case .isNull: return nil
        case .compare(let column, _, let value): return try refusal(of: condition, column, value)
        case .among(let column, let values):
            guard let value = values.first(where: \.isStorable) else { return nil }
            return try refusal(of: condition, column, value)
        }
    }

    /// Why the server refuses a term, here of a value that stands for the column's own.
    private func refusal(
        of term: Condition, _ column: ColumnDescription, _ value: ConditionValue
    ) throws -> StoreError? {
        guard value.isStorable else { return nil }
        var parameters = SQLParameters()
        let subject = types.operand(parameters.add(.value(value)), for: column)
        let test = ConditionSQL(types: types).test(subject, term, &parameters)
        let failure: ServerFailure
        do {
            try session.execute("SELECT \(test)", parameters.values)
            return nil
        } catch { failure = error }
        guard failure.isOperandFault else { throw failure }
        let shown = failure.message.prefix(Self.messageCharactersMax)
        let reason = failure.isRaised ? "the database refuses the value" : String(shown)
        return StoreError(
            .selectionRefused,
            "Column \"\(column.name)\" cannot be compared so: \(reason); correct the filter.")
    }
}

extension ServerFailure {
    /// True when an operand may be to blame: a value that its type does not take, or a type without such a test.
    fileprivate var isOperandFault: Bool {
        guard !isConnectionLost, !isStalePlan else { return false }
        // Feature not supported; data exception; no such type, operator or cast.
        return ["0A", "22", "42"].contains(state.prefix(2))
    }
}
