using Brig.Linux.Net;

namespace Brig.Linux.Tests.Net;

[Collection("nft")]   // one of them opens a thousand files, and another would find no low descriptor meanwhile
public sealed class NftTests : IDisposable
{
    private readonly NetNamespace _own = NetNamespace.Make();
    private readonly Nft _nft;

    public NftTests() => _nft = Nft.Open(_own);

    public void Dispose()
    {
        _nft.Dispose();
        _own.Dispose();
    }

    [Fact]
    public void Run_TableChainAndSet_AreListed()
    {
        _nft.Run("add table inet brig\nadd set inet brig s { type ipv4_addr; }\nadd element inet brig s { 10.0.0.1, 10.0.0.2 }");

        Assert.Contains("elements = { 10.0.0.1, 10.0.0.2 }", _nft.Run("list ruleset"), StringComparison.Ordinal);
        Assert.Contains("\"table\": \"brig\"", _nft.Run("list table inet brig", NftOutput.Json), StringComparison.Ordinal);
        using var machine = NetNamespace.Make();
        using var elsewhere = Nft.Open(machine);
        Assert.Equal("", elsewhere.Run("list ruleset"));
    }

    [Fact]
    public void Run_OneOfSeveralFails_SaysWhyAndChangesNothing()
    {
        var refused = Assert.Throws<NftException>(() => _nft.Run("add table inet brig\nadd rule inet nothing c accept"));

        Assert.Equal("Could not process rule: No such file or directory", refused.Message);
        Assert.Equal("", _nft.Run("list ruleset"));
    }

    /// <summary>The library waits by select(2), which ends the process where its socket has a number beyond 1,023.</summary>
    [Fact]
    public void Open_ThousandDescriptorsAreOpen_Works()
    {
        FileStream[] many = [.. Enumerable.Range(0, 1100).Select(_ => File.OpenRead("/dev/null"))];
        try
        {
            for (int i = 0; i < 20; i++)
            {
                using var nft = Nft.Open(_own);
                Assert.Equal("", nft.Run("list ruleset"));
            }
        }
        finally
        {
            Array.ForEach(many, file => file.Dispose());
        }
    }

    [Fact]
    public void Run_SyntaxError_SaysWhere()
    {
        var refused = Assert.Throws<NftException>(() => _nft.Run("add tabel x"));
        Assert.Contains("syntax error", refused.Message, StringComparison.Ordinal);
        Assert.Equal("", _nft.Run("list ruleset"));
    }

    [Fact]
    public void Run_Echo_TellsHandles()
    {
        _nft.Run("add table inet brig\nadd chain inet brig c");
        Assert.Matches(@"# handle \d+", _nft.Run("add rule inet brig c accept", NftOutput.Echo));
    }
}
