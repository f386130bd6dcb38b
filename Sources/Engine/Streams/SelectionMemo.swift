import Planning

/// What is kept beside a selection's job: all that is needed to go on with it.
struct SelectionMemo: Hashable, Sendable {
    var request: SelectionRequest
    var options: StreamOptions
    var bound: SelectionBound
}
