/// Keys that the database made for created records, in order.
package enum GeneratedKeys: Hashable, Sendable {
    case none
    case integers([Int64])
    case texts([String])

    package var count: Int {
        switch self {
        case .none: 0
        case .integers(let keys): keys.count
        case .texts(let keys): keys.count
        }
    }
}
