using Storefront.Baskets;

namespace Storefront.Specs;

public sealed class BasketTests
{
    private readonly Basket _basket = new();

    [Fact]
    public void One_line_per_article()
    {
        Assert.True(_basket.TryAdd("MUG-01", 1));
        Assert.True(_basket.TryAdd("MUG-01", 4));

        var line = Assert.Single(_basket.Lines);
        Assert.Equal(("MUG-01", 5), (line.Sku, line.Quantity));
    }

    [Theory]
    [InlineData(Basket.MostPieces, true)]
    [InlineData(Basket.MostPieces + 1, false)]
    [InlineData(int.MaxValue, false)]
    public void An_article_can_be_taken_up_to_a_limit(int quantity, bool accepted)
    {
        Assert.Equal(accepted, _basket.TryAdd("TEE-02", quantity));
        Assert.Equal(accepted ? quantity : 0, _basket.QuantityOf("TEE-02"));
    }

    [Fact]
    public void Only_what_was_taken_can_be_put_back()
    {
        _basket.TryAdd("CAP-03", 2);

        Assert.False(_basket.Remove("POT-04"));
        Assert.True(_basket.Remove("CAP-03"));
        Assert.True(_basket.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Less_than_one_piece_is_an_error(int quantity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _basket.TryAdd("MUG-01", quantity));
}
