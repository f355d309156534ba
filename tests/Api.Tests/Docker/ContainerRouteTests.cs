using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Brig.Api.Tests.Support;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Api.Tests.Docker;

/// <summary>The routes over an engine of fakes: what is asked of it, and what clients read of its answers.</summary>
public sealed class ContainerRouteTests : DockerTest
{
    [Theory]
    [InlineData("POST", "/containers/web/stop?t=3&signal=", 204, "stop * 3")]
    [InlineData("POST", "/containers/web/restart", 204, "restart * -")]
    [InlineData("POST", "/containers//web/kill?signal=HUP", 204, "kill * HUP")]
    [InlineData("POST", "/containers/aaaa/pause", 404, null)]
    [InlineData("POST", "/containers/web/pause", 204, "pause *")]
    [InlineData("POST", "/containers/web/rename?name=/other", 204, "rename * other")]
    [InlineData("DELETE", "/containers/web?force=1", 204, "remove * True")]
    [InlineData("DELETE", "/containers/web?force=true&v=1", 204, "remove * True with volumes")]
    [InlineData("DELETE", "/containers/web?force=0", 409, null)]
    [InlineData("POST", "/containers/web/unpause", 409, null)]
    public async Task Verb_IsAskedOfTheEngine(string method, string path, int status, string? call)
    {
        using var answer = await Client.SendAsync(new(new(method), new Uri(path.Replace("//web", "/web", StringComparison.Ordinal), UriKind.Relative)));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(call?.Replace("*", FakeContainers.Id.Value, StringComparison.Ordinal), Server.Containers.Calls.LastOrDefault());
    }

    [Theory]
    [InlineData("/containers/no/json", 404, "No such container: no")]
    [InlineData("/containers/json?filters=%7B%22status%22:%5B%22odd%22%5D%7D", 400, "invalid filter 'status=odd'")]
    [InlineData("/containers/json?filters=%7B%22odd%22:%5B%22a%22%5D%7D", 400, "invalid filter 'odd'")]
    public async Task Get_WhatCannotBe_IsInDockersWords(string path, int status, string message)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((status, message), ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["message"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("Command not found: /no/such.", "no such file or directory", 127)]
    [InlineData("Command not found: no (looked in /bin).", "executable file not found in $PATH", 127)]
    [InlineData("\"/etc/passwd\" is not executable.", "permission denied", 126)]
    public async Task Start_OfWhatCannotBeExecuted_SaysWhatTheDockerCommandLooksFor(string ours, string words, int code)
    {
        Server.Containers.Status = ContainerStatus.Created;
        Server.Containers.Failure = EngineException.Invalid(ours);
        using var answer = await Client.PostAsync(new Uri("/v1.41/containers/web/start", UriKind.Relative), null);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(code, Brig.Web.Api.Docker.StartErrors.ExitCode(ours));
    }

    [Theory]
    [InlineData(EngineErrorKind.Conflict)]
    [InlineData(EngineErrorKind.Unavailable)]
    [InlineData(EngineErrorKind.NotFound)]
    [InlineData(EngineErrorKind.Failed)]
    public async Task Start_OfWhatRemovesItself_RemovesItHoweverItFails(EngineErrorKind kind)
    {
        await Server.Containers.CreateAsync(new() { Image = "brig/busybox", AutoRemove = true });
        Server.Containers.Status = ContainerStatus.Created;
        Server.Containers.Failure = new EngineException(kind, "Port 80 of this machine is taken.");
        using var answer = await Client.PostAsync(new Uri("/containers/web/start", UriKind.Relative), null);
        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal($"remove {FakeContainers.Id.Value} False with volumes", Server.Containers.Calls.Last());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_MountSaysHowItsVolumeIsMade_ItIsThereUnlessNothingCameOfTheContainer(bool fails)
    {
        Server.Containers.Failure = fails ? EngineException.Invalid("No.") : null;
        using var answer = await Client.PostAsJsonAsync(new Uri("/containers/create", UriKind.Relative), new
        {
            Image = "brig/busybox:latest",
            HostConfig = new { Mounts = (object[])[Mount("/a", null), Mount("/b", "db")] },
        });
        Assert.Equal(fails ? 400 : 201, (int)answer.StatusCode);
        var (nameless, named) = (Server.Containers.Created!.Mounts[0].Source!, Server.Containers.Created.Mounts[1].Source);
        Assert.Equal((64, "db"), (nameless.Length, named));
        Assert.Equal(fails ? "db" : $"{nameless} db", string.Join(' ', Server.Volumes.List().OrderBy(volume => volume.Name == "db").Select(volume => volume.Name)));
        Assert.All(Server.Volumes.List(), volume => Assert.Equal(("tmpfs", volume.Name != "db"), (volume.Options["type"], volume.Anonymous)));

        static object Mount(string target, string? source) => new { Type = "volume", Source = source, Target = target, VolumeOptions = new { DriverConfig = new { Options = new { type = "tmpfs" } } } };
    }

    [Fact]
    public async Task List_WithExposedPortsThatAreNone_LeavesThemOut()
    {
        await Server.Containers.CreateAsync(new() { Image = "brig/busybox", Docker = new() { ExposedPorts = ["http/tcp", "80-90/tcp", "70000", "53/udp"] } });
        var row = (await Client.GetFromJsonAsync<JsonArray>(new Uri("/containers/json?filters=%7B%22expose%22:%5B%2253/udp%22%5D%7D", UriKind.Relative)))!.Single()!;
        Assert.Equal(53, row["Ports"]!.AsArray().Single()!["PrivatePort"]!.GetValue<int>());
    }

    [Fact]
    public void Sentence_OfWhatEndedWithATroubleOfItsLog_TellsItsOwnExitCode()
    {
        var ended = Server.Containers.Web with { State = new(ContainerStatus.Exited, 0, FakeContainers.Then, FakeContainers.Then, new ExitStatus(3, 0, false), "The log cannot be written: no such file or directory.") };
        Assert.Contains("(3)", Brig.Web.Api.Docker.DockerStates.Sentence(ended, FakeContainers.Then), StringComparison.Ordinal);
        var failed = ended with { State = ended.State with { Error = "Command not found: x." } };
        Assert.Contains("(127)", Brig.Web.Api.Docker.DockerStates.Sentence(failed, FakeContainers.Then), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_AContainerOfTheDashboard_HasDockersWholeShape()
    {
        var told = (await Client.GetFromJsonAsync<JsonObject>(new Uri("/containers/web/json?size=1", UriKind.Relative)))!;
        Assert.Equal("/web", told["Name"]!.GetValue<string>());
        Assert.Equal((true, 42, 10L), (told["State"]!["Running"]!.GetValue<bool>(), told["State"]!["Pid"]!.GetValue<int>(), told["SizeRw"]!.GetValue<long>()));
        Assert.Equal(("no", "json-file"), (told["HostConfig"]!["RestartPolicy"]!["Name"]!.GetValue<string>(), told["HostConfig"]!["LogConfig"]!["Type"]!.GetValue<string>()));
        foreach (string member in (string[])["Config", "GraphDriver", "Mounts", "NetworkSettings", "Platform", "Driver", "LogPath", "ExecIDs", "AppArmorProfile"])
        {
            Assert.True(told.ContainsKey(member), member);
        }
    }

    [Fact]
    public async Task Changes_AreDockersNumbers() =>
        Assert.Equal("""[{"Path":"/etc","Kind":0},{"Path":"/etc/new","Kind":1},{"Path":"/bin/old","Kind":2}]""", await Client.GetStringAsync(new Uri("/containers/web/changes", UriKind.Relative)));

    [Fact]
    public async Task Top_WithColumns_HasThose()
    {
        var told = (await Client.GetFromJsonAsync<JsonObject>(new Uri("/containers/web/top?ps_args=-o%20pid,user%3DWHO,comm", UriKind.Relative)))!;
        Assert.Equal("""{"Titles":["PID","WHO","COMMAND"],"Processes":[["42","root","sh"]]}""", told.ToJsonString());
    }

    [Fact]
    public async Task Update_ReplacesWhatIsGiven()
    {
        using var answer = await Client.PostAsJsonAsync(new Uri("/containers/web/update", UriKind.Relative), new { Memory = 64 << 20, RestartPolicy = new { Name = "on-failure", MaximumRetryCount = 3 } });
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(64 << 20, Server.Containers.NewLimits!.Memory);
        Assert.Equal(new RestartPolicy(RestartMode.OnFailure, 3), Server.Containers.NewPolicy);
    }

    [Fact]
    public async Task List_WithSizesOfOneThatGoesMeanwhile_IsWithoutIt()
    {
        ((FakeContainerFiles)Server.Services.GetRequiredService<IContainerFiles>()).Gone = true;
        Assert.Equal("[]", await Client.GetStringAsync(new Uri("/containers/json?size=1", UriKind.Relative)));
        Assert.Contains("\"Containers\":[]", await Client.GetStringAsync(new Uri("/system/df", UriKind.Relative)), StringComparison.Ordinal);
    }
}
