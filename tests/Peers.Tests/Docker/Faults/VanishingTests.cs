using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Brig.Peers.Tests.Docker.Faults;

/// <summary>Clients that go in the middle of what takes long.</summary>
public class VanishingTests(OwnBrig brig) : IClassFixture<OwnBrig>
{
    private const int Times = 10_000, AtOnce = 32;

    [Fact]
    public async Task Clients_10000ThatVanish_LeaveNothing()
    {
        using var registry = new SilentRegistry();
        string id = await brig.CreateAsync("""{"Image":"base","Cmd":["sh","-c","while :; do echo again; sleep 1; done"],"OpenStdin":true}""");
        Assert.Equal(204, (await brig.SendAsync(HttpMethod.Post, $"containers/{id}/start")).Status);
        string[] requests =
        [
            Request($"POST /v1.41/containers/{id}/attach?stream=1&stdin=1&stdout=1&stderr=1&logs=1", "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n"),
            Request($"GET /v1.41/containers/{id}/logs?follow=1&stdout=1&stderr=1"),
            Request($"POST /v1.41/containers/{id}/wait", "Content-Length: 0\r\n"),
            Request($"GET /v1.41/containers/{id}/stats"),
            Request("GET /v1.41/events"),
            Request("POST /v1.41/build", "Content-Type: application/x-tar\r\nContent-Length: 1000000\r\n") + new string('x', 700),
            Request("POST /v1.41/build", "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n") + "200\r\n" + new string('\0', 200),
            Request($"POST /v1.41/images/create?fromImage={registry.Host}/nothing&tag=1", "Content-Length: 0\r\n"),
            Request($"PUT /v1.41/containers/{id}/archive?path=/tmp", "Content-Type: application/x-tar\r\nContent-Length: 1000000\r\n") + new string('\0', 600),
            Request("POST /v1.41/images/load", "Content-Type: application/x-tar\r\nContent-Length: 1000000\r\n") + new string('\0', 600),
            Request($"POST /v1.41/containers/{id}/exec", "Content-Type: application/json\r\nContent-Length: 100\r\n") + "{\"Cmd\":",
            "GET /v1.41/containers/json HTTP/1.1\r\nHost: d\r\nX-Slow: ",
        ];
        await VanishAsync(requests, 2_000);   // until pools have what they keep
        var before = brig.Held();

        await VanishAsync(requests, Times);

        await brig.FlatAsync(before);
        var (status, body) = await brig.SendAsync(HttpMethod.Get, $"containers/{id}/json");
        Assert.True(status == 200 && body.Contains("\"Running\":true", StringComparison.Ordinal), body);
        Assert.Equal(204, (await brig.SendAsync(HttpMethod.Delete, $"containers/{id}?force=1")).Status);
    }

    private static string Request(string line, string headers = "") => string.Create(CultureInfo.InvariantCulture, $"{line} HTTP/1.1\r\nHost: d\r\n{headers}\r\n");

    private Task VanishAsync(string[] requests, int times) => Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (turn, stop) =>
    {
        using var client = await brig.ConnectAsync(stop);
        await client.SendAsync(Encoding.ASCII.GetBytes(requests[turn % requests.Length]), SocketFlags.None, stop);
        if (turn % 3 == 0 && requests[turn % requests.Length].Contains("stream=1", StringComparison.Ordinal))
        {
            await client.ReceiveAsync(new byte[100], SocketFlags.None, stop);   // it has begun
        }
    });
}
