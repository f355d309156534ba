namespace Brig.Web.Options;

/// <summary>What <c>brig --help</c> prints, and what is said of a command nobody knows: a server that starts is no answer to either.</summary>
internal static class Usage
{
    public const string Text = """
        usage: brig [--setting=value …]     start Brig; stops at SIGTERM, containers go on
               brig login-link              print a one-time link into the Brig that runs

        settings, each also as a variable BRIG_SETTING; the usual ones:
          --root=/var/lib/brig              its data
          --run=/run/brig                   sockets and pids
          --urls=http://127.0.0.1:8620      where it listens, separated by ;
          --socket=/run/brig/docker.sock    where clients of Docker find it; none: nowhere
          --socket-group=docker             whose members may use that socket, beside root
          --token=…                         a bearer token for programs, at least 16 characters
          --hosts=…                         names beside its addresses by which it is reached
        """;

    public static bool IsAsked(string[] args) => args is ["--help" or "-h" or "help", ..];

    /// <exception cref="BadOptionException">The first argument is neither a command nor a setting.</exception>
    public static void Check(string[] args)
    {
        if (args is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal))
        {
            throw new BadOptionException($"\"{first}\" is no command of brig; brig --help tells what there is.");
        }
    }
}
