using System.Text;
using System.Text.Json.Nodes;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Peers.Tests.Applications;

/// <summary>The applications of the folder <c>examples</c>, built by Brig, in the default container with all its walls; asked from inside it.</summary>
[Collection(ExampleCollection.Name)]
public class ExampleTests(ExampleImages examples)
{
    [Fact]
    public async Task Nginx_Built_ServesItsPage()
    {
        var container = await StartAsync("nginx");
        string answer = await AskAsync(container, Http(80, "/"), "200 OK");

        Assert.Contains("Welcome to nginx!", answer);
        await StopAsync(container);
    }

    [Fact]
    public async Task Postgres_Built_AnswersAndKeepsWhatItHasOverARestart()
    {
        var container = await StartAsync("postgres", "POSTGRES_PASSWORD=secret", "POSTGRES_USER=sailor", "POSTGRES_DB=log");
        await AskAsync(container, "PGPASSWORD=secret psql -qAt -h 127.0.0.1 -U sailor log -c 'create table t as select generate_series(1, 42) n' -c 'select count(*) from t'", "42");
        string refused = await AskAsync(container, "PGPASSWORD=wrong psql -qAt -h 127.0.0.1 -U sailor log -c 'select 1'; true", "password");
        await StopAsync(container);
        await examples.Engine.Containers.StartAsync(container.Name);

        Assert.Contains("password authentication failed", refused);
        await AskAsync(container, "PGPASSWORD=secret psql -qAt -h 127.0.0.1 -U sailor log -c 'select sum(n) from t'", "903");
        await StopAsync(container);
    }

    [Fact]
    public async Task Redis_Built_PingIsPong()
    {
        var container = await StartAsync("redis");
        await AskAsync(container, "redis-cli ping", "PONG");
        string found = await AskAsync(container, "redis-cli set colour blue; redis-cli get colour; ls -ln /data | wc -l; id -un", "redis");

        Assert.Contains("OK\nblue\n", found);
        await StopAsync(container);
    }

    [Fact]
    public async Task Python_Built_CountsItsVisits()
    {
        var container = await StartAsync("python");
        string first = await AskAsync(container, Http(8000, "/"), "200 OK");
        string second = await AskAsync(container, Http(8000, "/"), "200 OK");

        Assert.Equal(1, (int)JsonNode.Parse(first[first.IndexOf('{')..])!["visits"]!);
        Assert.Equal(2, (int)JsonNode.Parse(second[second.IndexOf('{')..])!["visits"]!);
        await StopAsync(container);
    }

    /// <summary>The three of a stack in one network namespace: nginx hands on to the application, which counts in PostgreSQL.</summary>
    [Fact]
    public async Task Together_NginxPythonPostgres_TheVisitIsCountedInTheDatabase()
    {
        var db = await StartAsync("postgres", "POSTGRES_PASSWORD=secret");
        var app = await StartAsync("python", db, "POSTGRES_PASSWORD=secret", "DB_HOST=127.0.0.1");
        var web = await StartAsync("nginx", db, "APP_HOST=127.0.0.1");
        string answer = await AskAsync(web, Http(80, "/"), "200 OK");

        Assert.Equal("127.0.0.1", (string?)JsonNode.Parse(answer[answer.IndexOf('{')..])!["counted_by"]);
        string count = await AskAsync(db, "psql -qAt -U postgres -h /var/run/postgresql -c 'select count from visits'", "");
        Assert.Equal("1", count.Trim());
        await StopAsync(web);
        await StopAsync(app);
        await StopAsync(db);
    }

    private static string Http(int port, string path) => $"exec 3<>/dev/tcp/127.0.0.1/{port}; printf 'GET {path} HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n' >&3; cat <&3";

    private Task<Container> StartAsync(string name, params string[] env) => StartAsync(name, null, env);

    /// <param name="beside">Whose network it has; null: one of its own.</param>
    private async Task<Container> StartAsync(string name, Container? beside, params string[] env)
    {
        var spec = new ContainerSpec { Image = "example/" + name, Env = [.. env] };
        var container = await examples.Engine.Containers.CreateAsync(beside is null ? spec : spec with { Namespaces = new() { Net = NamespaceSpec.OfContainer(beside.Id.Value) } });
        return await examples.Engine.Containers.StartAsync(container.Name);
    }

    /// <summary>Asks until the answer has the word: it may still be starting.</summary>
    private async Task<string> AskAsync(Container container, string script, string word)
    {
        string answer = "", log = "";
        await Wait.Until(async () =>
        {
            answer = await InsideAsync(container, script);
            log = string.Join('\n', (await examples.Engine.OutputAsync(container)).TakeLast(20));
            return answer.Contains(word, StringComparison.Ordinal);
        }, () => $"{script} answers {word}; it says {answer}, and its log {log}", TimeSpan.FromMinutes(1));
        return answer;
    }

    private async Task<string> InsideAsync(Container container, string script)
    {
        var (_, streams) = await examples.Engine.Containers.ExecAttachedAsync(container.Name, new() { Command = ["bash", "-c", script] });
        await using var attached = streams;
        var bytes = new MemoryStream();
        await foreach (var chunk in streams.ReadAsync())
        {
            bytes.Write(chunk.Bytes.Span);
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>By its image's own signal, in time: 0, or what PostgreSQL says to a quick end.</summary>
    private async Task StopAsync(Container container)
    {
        await examples.Engine.Containers.StopAsync(container.Name, TimeSpan.FromSeconds(30));
        Assert.Equal(0, (await examples.Engine.Containers.WaitAsync(container.Name)).Code);
    }
}
