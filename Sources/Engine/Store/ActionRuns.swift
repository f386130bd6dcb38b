package import BulkModel

/// The actions of consecutive records, run by run.
package struct ActionRuns: Hashable, Sendable {
    /// `count` records in a row that ended as `action`; count is at least 1.
    package struct Run: Hashable, Sendable {
        package var action: RecordAction
        package var count: Int

        package init(action: RecordAction, count: Int) {
            self.action = action
            self.count = count
        }
    }

    package private(set) var runs: [Run] = []
    package private(set) var recordCount = 0

    package init() {}

    /// Appends `count` records; joins the last run when the action is the same.
    package mutating func append(_ action: RecordAction, count: Int = 1) {
        guard count > 0 else { return }
        recordCount += count
        if let last = runs.indices.last, runs[last].action == action {
            runs[last].count += count
        } else {
            runs.append(Run(action: action, count: count))
        }
    }
}
