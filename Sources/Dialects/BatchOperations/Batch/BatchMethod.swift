import Engine

/// The methods of a batch's operations.
enum BatchMethod: String, CaseIterable {
    case post = "POST"
    case patch = "PATCH"
    case put = "PUT"
    case delete = "DELETE"
    case get = "GET"

    static let choices: KeyValuePairs<String, BatchMethod> = [
        "POST": .post, "PATCH": .patch, "PUT": .put, "DELETE": .delete, "GET": .get,
    ]

    var kind: BatchOperation.Kind {
        switch self {
        case .post: .create
        case .patch: .patch
        case .put: .replace
        case .delete: .delete
        case .get: .read
        }
    }

    var takesBody: Bool { self == .post || self == .patch || self == .put }
}
