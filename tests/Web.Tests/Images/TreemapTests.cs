using Brig.Web.Components.Parts.Images;

namespace Brig.Web.Tests.Images;

public sealed class TreemapTests
{
    [Theory]
    [InlineData(2.2)]
    [InlineData(1)]
    [InlineData(0.3)]
    public void Lay_ManySizes_AreasAreAsTheSizesAndNothingOverlaps(double ratio)
    {
        var random = new Random(7);
        double[] sizes = [.. Enumerable.Range(0, 60).Select(_ => Math.Pow(random.NextDouble(), 4) + 1e-6).OrderDescending()];

        var boxes = Treemap.Lay(sizes, ratio);

        double all = sizes.Sum();
        for (int i = 0; i < sizes.Length; i++)
        {
            Assert.Equal(10_000 * sizes[i] / all, boxes[i].Width * boxes[i].Height, 6);
            Assert.True(boxes[i].X >= -1e-6 && boxes[i].Y >= -1e-6 && boxes[i].X + boxes[i].Width <= 100 + 1e-6 && boxes[i].Y + boxes[i].Height <= 100 + 1e-6, boxes[i].ToString());
            Assert.DoesNotContain(boxes.Skip(i + 1), other => Overlap(boxes[i], other));
        }
    }

    [Fact]
    public void Lay_EqualSizes_AreNearlySquares() =>
        Assert.All(Treemap.Lay([1, 1, 1, 1, 1, 1], 1.5), box => Assert.InRange(box.Width * 1.5 / box.Height, 0.6, 1.7));

    [Fact]
    public void Lay_Nothing_IsNothing() => Assert.Empty(Treemap.Lay([], 2));

    private static bool Overlap(TileBox a, TileBox b) => a.X + a.Width > b.X + 1e-6 && b.X + b.Width > a.X + 1e-6 && a.Y + a.Height > b.Y + 1e-6 && b.Y + b.Height > a.Y + 1e-6;
}
