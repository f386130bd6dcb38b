extension ValueType {
    /// True when a point in time can be written into such a column.
    var holdsTimes: Bool {
        switch self {
        case .timestamp, .date, .text, .any: true
        case .integer, .real, .decimal, .boolean, .time, .uuid, .json, .blob: false
        }
    }
}
