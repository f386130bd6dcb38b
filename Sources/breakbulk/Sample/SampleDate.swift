/// A calendar day of the sample's two years, 2024 and 2025.
struct SampleDate {
    let year: Int
    let month: Int
    let day: Int

    static let dayCount = 366 + 365

    private static let monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// All days in order; looked up, since counting months for each row would show in the speed.
    static let all: [SampleDate] = [2024, 2025].flatMap { year in
        (1...12).flatMap { month in
            let leap = year == 2024 && month == 2 ? 1 : 0
            return (1...(monthLengths[month - 1] + leap)).map {
                SampleDate(year: year, month: month, day: $0)
            }
        }
    }
}
