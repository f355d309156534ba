using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Brig.Kernel.Tests.Images;
using Brig.Peers.Tests.Docker.Engines;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Faults;

/// <summary>A Brig that nobody else asks, so that what it holds can be counted; with the image <c>base</c>.</summary>
public sealed class OwnBrig : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Machine _machine = new();

    public BrigProcess Process { get; private set; } = null!;

    /// <summary>Requests over the socket; its base address is API 1.41.</summary>
    public HttpClient Docker { get; private set; } = null!;

    public string Socket => Process.Run + "/docker.sock";

    public async Task InitializeAsync()
    {
        Process = await BrigProcess.StartAsync(("BRIG_HOST_NETWORK", _machine.Network), ("BRIG_DEFAULT_NETWORK", "default"), 
            ("DOTNET_gcServer", "0"), ("DOTNET_GCgen0size", "0x1000000"));   // 16 MB: what a runtime with room keeps of its garbage is no leak
        Docker = new(new SocketsHttpHandler { ConnectCallback = async (_, stop) => new NetworkStream(await ConnectAsync(stop), ownsSocket: true) }) { BaseAddress = new("http://docker/v1.41/"), Timeout = Wait.Scale(TimeSpan.FromMinutes(2)) };
        string images = _folder.Path + "/images.tar";
        await CheckImages.WriteAsync(images);
        using var answer = await Process.Http.PostAsync("/api/v1/images/-/load", new StreamContent(File.OpenRead(images)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-tar") } });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task DisposeAsync() => await Process.DisposeAsync();

    public void Dispose()
    {
        Docker.Dispose();
        _machine.Dispose();
        _folder.Dispose();
    }

    public async Task<Socket> ConnectAsync(CancellationToken stop = default)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), stop);
        return socket;
    }

    /// <returns>Status and body.</returns>
    public async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        using var answer = await Docker.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <returns>The body's <c>Id</c>.</returns>
    public async Task<string> CreateAsync(string json)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, "containers/create", json);
        Assert.True(status == 201, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("Id").GetString()!;
    }

    /// <summary>Descriptors, threads and resident KiB of the engine, and the processes that are its children.</summary>
    internal Held Held()
    {
        string proc = $"/proc/{Process.Pid}";
        string Line(string name) => File.ReadLines(proc + "/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries)[1];
        return new(Directory.GetFileSystemEntries(proc + "/fd").Length, int.Parse(Line("Threads:")), int.Parse(Line("VmRSS:")), Directory.Exists(Process.Run + "/shims") ? Directory.GetDirectories(Process.Run + "/shims").Length : 0);
    }

    /// <summary>How many interfaces its machine has.</summary>
    internal async Task<int> LinksAsync() => (await Tool.RunAsync("nsenter", "--net=" + _machine.Network, "ip", "-o", "link")).Count('\n');

    /// <summary>The cgroups of containers, of which one is that of this one, which runs.</summary>
    internal async Task<string[]> CgroupsBesideAsync(string id)
    {
        var (_, about) = await SendAsync(HttpMethod.Get, $"containers/{id}/json");
        int pid = JsonDocument.Parse(about).RootElement.GetProperty("State").GetProperty("Pid").GetInt32();
        string[] line = File.ReadLines($"/proc/{pid}/cgroup").Select(each => each.Split(':', 3)).First(each => each[1].Split(',').Contains("pids") || each[0] == "0");
        string hierarchy = line[1].Length > 0 ? "/sys/fs/cgroup/" + line[1] : Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";
        string path = line[2];
        while (!path.EndsWith(id, StringComparison.Ordinal) && Path.GetFileName(path).Length < 12)
        {
            path = Path.GetDirectoryName(path)!;
        }
        return Directory.GetDirectories(Path.GetDirectoryName(hierarchy + path)!);
    }

    /// <summary>Waits until it holds no more than before, but for what a pool keeps.</summary>
    internal Task FlatAsync(Held before) => Wait.Until(
        () => Held() is var now && now.Descriptors <= before.Descriptors + 12 && now.Threads <= before.Threads + 16 && now.Shims <= before.Shims && now.Kibibytes <= before.Kibibytes + 96 * 1024,
        () => $"{before} before, and now {Held()}", TimeSpan.FromMinutes(2));
}
