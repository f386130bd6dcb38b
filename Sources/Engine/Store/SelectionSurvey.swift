package import Planning

/// What a selection comes to in one snapshot.
package struct SelectionSurvey: Hashable, Sendable {
    /// Records; listed ids count once each, whether or not they exist.
    package var recordCount: Int
    package var bound: SelectionBound

    package init(recordCount: Int, bound: SelectionBound) {
        self.recordCount = recordCount
        self.bound = bound
    }
}
