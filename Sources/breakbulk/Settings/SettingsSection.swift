/// A group of keys of the configuration file, in the file's order.
struct SettingsSection {
    /// One key and what stands behind it.
    struct Member {
        let name: String
        let node: SettingsNode
    }

    let members: [Member]

    /// The value of the key, nil when it is not given or empty.
    subscript(name: String) -> SettingsNode? {
        members.first { $0.name == name && !$0.node.isEmpty }?.node
    }
}
