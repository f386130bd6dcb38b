import Engine
import Planning

/// What the JSON body of a bulk-process request asks for.
enum ProcessRequest: Hashable {
    case begin(Selection)
    /// With the request once more, for comparison, where the caller sent it.
    case resume(cursor: String, like: Selection?)

    /// What to do, and how.
    struct Selection: Hashable {
        var request: SelectionRequest
        var options: StreamOptions
    }
}
