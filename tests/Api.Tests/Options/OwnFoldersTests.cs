using Brig.Engine;
using Brig.Web.Options;

namespace Brig.Api.Tests.Options;

public sealed class OwnFoldersTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _home = Directory.CreateTempSubdirectory("brig-api-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Prepare_FoldersAreMade_OnlyTheOwnerMayLook()
    {
        var options = new BrigOptions { Engine = new EngineOptions { Root = _home + "/root", Run = _home + "/run" } };

        OwnFolders.Prepare(options);

        Assert.All([options.Engine.Root, options.Engine.Run, options.Keys], folder => Assert.Equal(OwnerOnly, File.GetUnixFileMode(folder)));
    }
}
