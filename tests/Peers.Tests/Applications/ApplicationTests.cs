using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Tests;

namespace Brig.Peers.Tests.Applications;

/// <summary>What people run, installed as Debian installs it and started as its images and scripts start it, as root in the default container: every wall is up.</summary>
public class ApplicationTests(DebianImage debian) : IClassFixture<DebianImage>
{
    /// <summary>apt leaves root for _apt, dpkg unpacks with owners, set-user-id bits and capabilities, and maintainers' scripts make users.</summary>
    [Fact]
    public async Task Apt_UpdateAndInstall_ProgramRuns() => Assert.Contains("Hello, world!", await RunAsync(
        """
        apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends hello cron
        dpkg --audit
        id -un > /dev/null && getent group crontab && hello
        """, spec => spec with { Namespaces = spec.Namespaces with { Net = NamespaceSpec.Host } }));

    /// <summary>A master as root binds port 80, makes its folders, and starts workers as www-data.</summary>
    [Fact]
    public async Task Nginx_AsAService_ServesThePageByAWorkerOfItsUser()
    {
        string output = await RunAsync(
            """
            service nginx start
            exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\r\n\r\n' >&3; cat <&3
            grep -h ^Uid: /proc/[0-9]*/status | sort -u
            service nginx stop
            """);
        Assert.Contains("200 OK", output);
        Assert.Contains("Welcome to nginx!", output);
        Assert.Contains("Uid:\t33\t33\t33\t33", output);
    }

    /// <summary>initdb refuses root, so images change to the user first: su here, gosu in the official image's entrypoint.</summary>
    [Theory]
    [InlineData("su postgres -c \"$1\"")]
    [InlineData("gosu postgres bash -c \"$1\"")]
    [InlineData("setpriv --reuid=postgres --regid=postgres --init-groups bash -c \"$1\"")]
    [InlineData("runuser -u postgres -- bash -c \"$1\"")]
    public async Task Postgres_InitStartQuery_Answers(string become) => Assert.Contains("answer=42", await RunAsync(
        $"""
        mkdir -p /data && chown postgres:postgres /data && chmod 700 /data
        cat > /become <<'E'
        {become}
        E
        bash /become 'set -e
        cd /tmp; export PATH=$PATH:/usr/lib/postgresql/15/bin
        initdb -D /data > /dev/null
        pg_ctl -D /data -w -o "-c listen_addresses=localhost -c unix_socket_directories=/tmp" start > /dev/null
        echo answer=$(psql -qAt -h localhost postgres -c "create table t(n int); insert into t select generate_series(1, 42); select count(*) from t")
        pg_ctl -D /data -m fast stop > /dev/null'
        """));

    /// <summary>Debian's own way: a cluster by pg_createcluster, its server by the init script.</summary>
    [Fact]
    public async Task Postgres_AsAService_Answers() => Assert.Contains("answer=1", await RunAsync(
        """
        pg_createcluster 15 main > /dev/null
        service postgresql start
        echo answer=$(su postgres -c "psql -qAt -c 'select 1'")
        service postgresql stop
        """));

    /// <summary>start-stop-daemon --chuid, a pid file, and a fork to save.</summary>
    [Fact]
    public async Task Redis_AsAService_KeepsWhatItWasGiven() => Assert.Contains("found: blue", await RunAsync(
        """
        service redis-server start
        until redis-cli ping; do sleep 0.05; done
        redis-cli set colour blue; redis-cli save
        service redis-server stop; service redis-server start
        until redis-cli ping; do sleep 0.05; done
        echo found: $(redis-cli get colour)
        service redis-server stop
        """));

    /// <summary>Recorded from its first instruction, held to what was seen, and started again: it does the same, and no more is open to it. What it does only if it must wait, it does once in any case.</summary>
    [Theory]
    [InlineData("service nginx start; exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3; service nginx stop", "Welcome to nginx!")]
    [InlineData("redis-cli ping; sleep 0.05; service redis-server start; until redis-cli ping; do sleep 0.05; done; redis-cli set a 1; redis-cli save; service redis-server stop; service redis-server start; until redis-cli ping; do sleep 0.05; done; echo found: $(redis-cli get a); service redis-server stop", "found: 1")]
    public async Task Proposal_OfWhatWasSeen_IsEnoughForIt(string script, string says)
    {
        var (containers, recordings) = (debian.Engine.Containers, debian.Engine.Get<IRecordings>());
        var container = await containers.CreateAsync(new() { Image = DebianImage.Reference, Command = ["bash", "-c", script], Init = true });
        await recordings.StartAsync(container.Name, fromNextStart: true);
        Assert.Contains(says, await AgainAsync(container));
        await recordings.StopAsync(container.Name);

        var proposal = await recordings.ProposeAsync(container.Name);
        Assert.True(proposal.CallsNeverUsed.Length > 100, $"{proposal.CallsNeverUsed.Length} calls are never used");
        Assert.DoesNotContain("MKNOD", proposal.CapAdd);
        Assert.Empty(proposal.CallsRefusedToday);

        await recordings.ApplyAsync(container.Name);
        string before = string.Join('\n', await debian.Engine.OutputAsync(container));
        Assert.Contains(says, (await AgainAsync(container))[before.Length..]);
        await recordings.StartAsync(container.Name, fromNextStart: true);   // nothing is left to say
        await AgainAsync(container);
        Assert.Empty((await recordings.StopAsync(container.Name)).Calls.Select(call => call.Name).Except(proposal.CallsSeen.Concat(proposal.CallsOfLaunch)));
    }

    private async Task<string> AgainAsync(Container container)
    {
        await debian.Engine.Containers.StartAsync(container.Name);
        await debian.Engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(3)));
        return string.Join('\n', await debian.Engine.OutputAsync(container));
    }

    private async Task<string> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var spec = new ContainerSpec { Image = DebianImage.Reference, Command = ["bash", "-c", script], Init = true };
        var container = await debian.Engine.Containers.CreateAsync(change?.Invoke(spec) ?? spec);
        await debian.Engine.Containers.StartAsync(container.Name);
        await debian.Engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(3)));
        return string.Join('\n', await debian.Engine.OutputAsync(container));
    }
}
