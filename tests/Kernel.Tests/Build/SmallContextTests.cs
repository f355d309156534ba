using System.Security.Cryptography;
using Brig.Engine;
using Brig.Engine.Build;

namespace Brig.Kernel.Tests.Build;

public sealed class SmallContextTests
{
    [Fact]
    public void Take_SmallArchive_LiesInMemoryUntilItIsDisposed()
    {
        byte[] tar = BuildScene.Context(("d/", ""), ("d/a", "A\n"), ("link", "-> d/a")).ToArray();

        using var again = SmallContext.Take(new MemoryStream(tar), default, out var memory);

        string path = memory!.Path;
        Assert.Equal("A\n", File.ReadAllText(path + "/d/a"));
        Assert.Equal("d/a", new FileInfo(path + "/link").LinkTarget);
        memory.Dispose();
        Assert.False(File.Exists(path + "/d/a"));
    }

    [Fact]
    public void Take_LargerThanMemoryTakes_AnswersAllOfItForTheDisk()
    {
        byte[] large = BuildScene.Context(("large", new string('x', SmallContext.Largest + 1))).ToArray();

        using var again = SmallContext.Take(new MemoryStream(large), default, out var memory);

        Assert.Null(memory);
        Assert.Equal(SHA256.HashData(large), SHA256.HashData(again));
    }

    [Fact]
    public void Take_EntryThatPointsOutside_IsRefused() =>
        Assert.Equal(EngineErrorKind.Invalid, Assert.Throws<EngineException>(() => SmallContext.Take(BuildScene.Context(("../out", "x")), default, out _)).Kind);
}
