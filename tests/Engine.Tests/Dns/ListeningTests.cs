using Brig.Engine.Networks.Probing;

namespace Brig.Engine.Tests.Dns;

public sealed class ListeningTests
{
    [Fact]
    public void Parse_LinesOfTheKernel_PortsAndWhoReachesThem()
    {
        string[] v4 =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1",
            "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1",
            "   2: 0B00007F:6FED 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3 1",
            "   3: 0200000A:0051 0300000A:1234 01 00000000:00000000 00:00000000 00000000     0        0 4 1",
            "nonsense",
        ];
        string[] v6 =
        [
            "  sl  local_address                         remote_address                        st",
            "   0: 00000000000000000000000001000000:2382 00000000000000000000000000000000:0000 0A 00000000:00000000",
            "   1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000",
        ];
        SortedDictionary<int, bool> found = [];
        Listening.Parse(v4, found);
        Listening.Parse(v6, found);
        Assert.Equal([(80, false), (8080, false), (9090, true)], found.Select(one => (one.Key, one.Value)).ToArray());
    }
}
