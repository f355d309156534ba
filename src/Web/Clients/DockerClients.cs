using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Brig.Web.Clients;

/// <summary>A connection of somebody who speaks Docker's API.</summary>
/// <param name="Agent">What it calls itself; null: it has asked for nothing yet.</param>
/// <param name="From">An address, with whose certificate; null: the socket.</param>
public sealed record DockerClient(string Id, string? Agent, string? From, DateTimeOffset Since);

/// <summary>Who is connected now.</summary>
public sealed class DockerClients(TimeProvider time)
{
    private const int LongestAgent = 120;

    private readonly ConcurrentDictionary<string, DockerClient> _all = new();

    /// <summary>The longest connected first.</summary>
    public IReadOnlyList<DockerClient> Now => [.. _all.Values.OrderBy(client => client.Since).ThenBy(client => client.Id, StringComparer.Ordinal)];

    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        _all[connection.ConnectionId] = new(connection.ConnectionId, null, connection.RemoteEndPoint is System.Net.IPEndPoint { Address: var address } ? address.ToString() : null, time.GetUtcNow());
        try
        {
            await next(connection);
        }
        finally
        {
            _all.TryRemove(connection.ConnectionId, out _);
        }
    }

    /// <summary>Only what a connection says first: a client is one program.</summary>
    internal void Saw(HttpContext http)
    {
        if (_all.TryGetValue(http.Connection.Id, out var client) && client.Agent is null)
        {
            string agent = http.Request.Headers.UserAgent.ToString();
            string? whose = http.Connection.ClientCertificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false);
            _all.TryUpdate(http.Connection.Id, client with { Agent = agent.Length > LongestAgent ? agent[..LongestAgent] : agent, From = whose is { Length: > 0 } ? $"{client.From} ({whose})" : client.From }, client);
        }
    }
}
