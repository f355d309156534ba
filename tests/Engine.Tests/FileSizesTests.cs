using Brig.Tests;

namespace Brig.Engine.Tests;

public sealed class FileSizesTests
{
    [Fact]
    public void Sum_OneIsGone_TheOthersAreCounted()
    {
        using TempFolder folder = new();
        File.WriteAllText(folder.In("there"), "three");
        Assert.Equal(5, FileSizes.Sum([new(folder.In("gone")), new(folder.In("there"))]));
    }
}
