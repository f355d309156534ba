using System.Collections.Immutable;
using Brig.Engine.Volumes;

namespace Brig.Engine.Tests.Volumes;

public sealed class BackingTests
{
    [Theory]
    [InlineData("", VolumeKind.Folder, null, false)]
    [InlineData("type=none", VolumeKind.Folder, null, false)]
    [InlineData("type=tmpfs|device=tmpfs|o=size=64m,mode=0755,uid=1,gid=2,nr_inodes=1k", VolumeKind.Tmpfs, null, false)]
    [InlineData("type=tmpfs|o=size=50%,ro", VolumeKind.Tmpfs, null, true)]
    [InlineData("type=none|o=bind|device=/tmp", VolumeKind.Bind, "/tmp", false)]
    [InlineData("o=rbind,ro|device=/tmp", VolumeKind.Bind, "/tmp", true)]
    public void Parse_RightOptions_SaysWhereTheFilesAre(string options, VolumeKind kind, string? device, bool readOnly)
    {
        var backing = Backing.Parse(Options(options));
        Assert.Equal((kind, device, readOnly), (backing.Kind, backing.Device, backing.ReadOnly));
    }

    [Theory]
    [InlineData("size=1g", "no option \"size\"")]
    [InlineData("type=nfs|device=:/x", "mount it on the machine")]
    [InlineData("o=size=1g", "only a volume in memory")]
    [InlineData("o=bind", "needs both")]
    [InlineData("device=/tmp", "needs both")]
    [InlineData("o=bind|device=relative", "absolute path")]
    [InlineData("o=bind|device=/tmp/../etc", "\"..\"")]
    [InlineData("o=bind|device=/not/there", "no folder on this machine")]
    [InlineData("o=bind,suid|device=/tmp", "no option \"suid\"")]
    [InlineData("type=tmpfs|o=huge=always", "no option \"huge=always\"")]
    [InlineData("type=tmpfs|o=mpol=bind:0", "no option")]
    [InlineData("type=tmpfs|o=size=0", "no option")]
    [InlineData("type=tmpfs|o=size=1m\nx", "no option")]
    [InlineData("type=tmpfs|o=mode=9", "no option")]
    [InlineData("type=tmpfs|o=uid=-1", "no option")]
    public void Parse_WrongOptions_SaysWhatIsWrong(string options, string sentence)
    {
        var error = Assert.Throws<EngineException>(() => Backing.Parse(Options(options)));
        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("shop_db-data.1", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData(".a", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    public void Name_Asked_IsOneOrNot(string name, bool right) => Assert.Equal(right, Record.Exception(() => VolumeNames.Check(name)) is null);

    private static ImmutableDictionary<string, string> Options(string text) =>
        text.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split('=', 2)).ToImmutableDictionary(pair => pair[0], pair => pair[1]);
}
