using Brig.Peers.Tests.Docker.Engines;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker;

/// <summary>Docker's client libraries, each through its main flows: <c>clients</c> has a script for each, which prints the flows that went well.</summary>
[Collection(ClientCollection.Name)]
public class LibraryTests(ClientScene scene)
{
    private static readonly string s_folder = Path.Combine(BrigProcess.Repository, "tests/Peers.Tests/Docker/clients");

    [Theory]
    [InlineData("/usr/bin/python3 -B", "library.py", 14)]   // Debian's own, which has python3-docker
    [InlineData("node", "library.mjs", 14)]
    public async Task Library_MainFlows_GoWellWithDockerdAndWithBrig(string program, string script, int flows)
    {
        await Task.WhenAll(RunAsync(scene.Docker), RunAsync(scene.Brig));

        async Task RunAsync(ClientEngine engine)
        {
            var (code, output, errors) = await engine.RunAsync($"{program} {s_folder}/{script}", scene.Folder, ("N", "library" + script.Length));
            Assert.True(code == 0, $"{script} with {engine.Name}: {code}\n{output}{errors}");
            Assert.Equal(flows, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
    }
}
