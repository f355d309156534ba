using Brig.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Api.Tests.Process;

public sealed class ShortLogFormatTests
{
    [Fact]
    public void Write_ControlCharacters_StayOnTheirLineAndHarmless()
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Information, "Brig.Engine.Supervisor", default, "command not found: \u001b[2J\nfake", null, (state, _) => state);
        new ShortLogFormat(TimeProvider.System).Write(entry, null, text);

        Assert.EndsWith(" info Supervisor: command not found: ?[2J?fake\n", text.ToString(), StringComparison.Ordinal);
    }
}
