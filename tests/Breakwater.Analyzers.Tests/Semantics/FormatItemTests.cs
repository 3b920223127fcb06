using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class FormatItemTests
{
    [Fact]
    public void ReadsTextAndItemsInOrder() => Assert.Equal(
        [
            new FormatItem("a{", 0, false, null),
            new FormatItem(null, 0, false, null),
            new FormatItem(null, 1, true, "D2"),
            new FormatItem("}", 0, false, null),
        ],
        FormatItem.In("a{{{0}{1,5:D2}}}")!.Value);

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{name}")]
    [InlineData("{0")]
    public void GivesUpOnAFormatThatWouldThrow(string format) => Assert.Null(FormatItem.In(format));
}
