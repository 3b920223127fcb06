using Storefront.Stock;

namespace Storefront.Specs;

public sealed class StockTests
{
    [Theory]
    [InlineData("MUG-01;12", "MUG-01", 12)]
    [InlineData(" POT-04 ; 0 ", "POT-04", 0)]
    public void A_line_of_the_feed_is_an_article_and_a_number(string line, string sku, int pieces)
    {
        Assert.True(StockUpdate.TryParse(line, out var update));
        Assert.Equal(new StockUpdate(sku, pieces), update);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MUG-01")]
    [InlineData(";12")]
    [InlineData("MUG-01;-1")]
    [InlineData("MUG-01;12;13")]
    public void Other_lines_are_none(string line) => Assert.False(StockUpdate.TryParse(line, out _));

    [Fact]
    public async Task Updates_arrive_in_the_order_of_the_feed()
    {
        var updates = new StockUpdates();
        StockUpdate[] expected = [new("MUG-01", 12), new("POT-04", 3), new("MUG-01", 11)];
        foreach (var update in expected)
            updates.Add(update);

        var arrived = await updates
            .ReadAllAsync(TestContext.Current.CancellationToken)
            .Take(expected.Length)
            .ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, arrived);
    }
}
