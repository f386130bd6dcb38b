package import BulkModel

/// Which of a job's records are wanted, and from where on.
package struct OutcomeRequest: Hashable, Sendable {
    package var part: ResultRequest.Part
    /// Only failures with this code; leaves out everything else.
    package var code: ErrorCode?
    /// Number of the record behind which the page begins, 0 for the start.
    package var after: Int
    /// Records a page, at most; 1 to `Limits.listLimitMax`.
    package var limit: Int

    package init(part: ResultRequest.Part = .all, code: ErrorCode? = nil, after: Int = 0, limit: Int) {
        self.part = part
        self.code = code
        self.after = after
        self.limit = limit
    }
}

/// Outcomes of records, in their order.
package struct OutcomePage: Hashable, Sendable {
    package var outcomes: [RecordOutcome]
    /// Number of the record behind which the next page begins; nil when there is none. A page may be short, or empty, and
    /// still have a next one: only so much is looked at for one page.
    package var next: Int?

    package init(outcomes: [RecordOutcome], next: Int?) {
        self.outcomes = outcomes
        self.next = next
    }
}
