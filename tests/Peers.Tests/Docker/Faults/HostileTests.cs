using System.Net.Sockets;
using System.Text;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Faults;

/// <summary>Requests that mean no good.</summary>
public class HostileTests(OwnBrig brig) : IClassFixture<OwnBrig>
{
    /// <summary>A body where a few lines are expected, as large as one likes.</summary>
    [Theory]
    [InlineData("containers/create")]
    [InlineData("networks/create")]
    [InlineData("volumes/create")]
    [InlineData("auth")]
    public async Task Body_Of100MB_IsRefusedAndNotKept(string path)
    {
        var before = brig.Held();
        string status = await SendMuchAsync($"POST /v1.41/{path} HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\nContent-Length: {100 << 20}\r\n\r\n{{\"Labels\":{{\"a\":\"", 100 << 20);

        Assert.True(status.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || status.Length == 0, status);
        await Wait.Until(() => brig.Held().Kibibytes < before.Kibibytes + 64 * 1024, () => $"it is not kept: {before}, then {brig.Held()}");
        Assert.Equal(200, (await brig.SendAsync(HttpMethod.Get, "_ping")).Status);
    }

    [Fact]
    public async Task Body_NestedDeeply_IsRefused()
    {
        var (status, _) = await brig.SendAsync(HttpMethod.Post, "containers/create", "{\"Image\":" + new string('[', 100_000) + new string(']', 100_000) + "}");
        Assert.Equal(400, status);
    }

    /// <summary>Whoever sends a byte now and then holds a connection, and nothing else: others are served.</summary>
    [Fact]
    public async Task Clients_400ThatSendSlowly_KeepNobodyElseWaiting()
    {
        var before = brig.Held();
        var slow = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => brig.ConnectAsync()));
        for (int turn = 0; turn < 5; turn++)
        {
            foreach (var client in slow)
            {
                await client.SendAsync("GET /"u8.ToArray().AsMemory(turn, 1), SocketFlags.None);
            }
            Assert.Equal(200, (await brig.SendAsync(HttpMethod.Get, "_ping")).Status);
        }
        Assert.True(brig.Held().Threads < before.Threads + 50, $"{before}, then {brig.Held()}");
        foreach (var client in slow)
        {
            client.Dispose();
        }
        await brig.FlatAsync(before);
    }

    /// <summary>Whatever the order, each request has an answer that means something, and in the end it is gone.</summary>
    [Fact]
    public async Task Clients_RacingOnOneContainer_AreAllAnswered()
    {
        (HttpMethod, string)[] verbs = [(HttpMethod.Post, "start"), (HttpMethod.Post, "stop?t=0"), (HttpMethod.Post, "restart?t=0"), (HttpMethod.Post, "pause"), (HttpMethod.Post, "unpause"), (HttpMethod.Post, "kill"), (HttpMethod.Get, "json"), (HttpMethod.Get, "top")];
        for (int round = 0; round < 10; round++)
        {
            string id = await brig.CreateAsync("""{"Image":"base","Cmd":["sleep","1000"]}""");
            var answers = await Task.WhenAll(verbs.Concat(verbs).Select(verb => brig.SendAsync(verb.Item1, $"containers/{id}/{verb.Item2}")));
            Assert.All(answers, answer => Assert.True(answer.Status is 200 or 204 or 304 or 404 or 409, $"{answer.Status} {answer.Body}"));
            var removals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => brig.SendAsync(HttpMethod.Delete, $"containers/{id}?force=1")));
            Assert.Contains(removals, answer => answer.Status == 204);
            Assert.All(removals, answer => Assert.True(answer.Status is 204 or 404 or 409, $"{answer.Status} {answer.Body}"));
            Assert.Equal(404, (await brig.SendAsync(HttpMethod.Get, $"containers/{id}/json")).Status);
        }
    }

    /// <returns>The first line of the answer; empty when the connection was ended instead.</returns>
    private async Task<string> SendMuchAsync(string head, long length)
    {
        using var client = await brig.ConnectAsync();
        var answer = ReadLineAsync(client);
        try
        {
            await client.SendAsync(Encoding.ASCII.GetBytes(head), SocketFlags.None);
            byte[] part = [.. Enumerable.Repeat((byte)'x', 1 << 20)];
            for (long sent = 0; sent < length && !answer.IsCompleted; sent += part.Length)
            {
                await client.SendAsync(part, SocketFlags.None);
            }
        }
        catch (SocketException)
        {
            // it has heard enough
        }
        return await answer;
    }

    private static async Task<string> ReadLineAsync(Socket client)
    {
        byte[] buffer = new byte[1000];
        try
        {
            int got = await client.ReceiveAsync(buffer, SocketFlags.None);
            return Encoding.ASCII.GetString(buffer, 0, got).Split("\r\n")[0];
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
