using Brig.Web.Options;
using Microsoft.Extensions.Configuration;

namespace Brig.Api.Tests.Options;

public sealed class BrigOptionsReaderTests
{
    [Fact]
    public void Read_NothingSet_Defaults()
    {
        var options = Read();

        Assert.Equal(("/var/lib/brig", "/run/brig"), (options.Engine.Root, options.Engine.Run));
        Assert.Equal(new Uri("http://127.0.0.1:8620"), Assert.Single(options.Urls));
        Assert.Null(options.Token);
    }

    [Fact]
    public void Read_EverythingSet_IsTaken()
    {
        var options = Read(("ROOT", "/data/brig/"), ("RUN", "/run/b"), ("URLS", "http://127.0.0.1:0; https://[::1]:8443"), ("TOKEN", "0123456789abcdef"), ("SHIM", "/opt/shim"),
            ("LOG_MAX_SIZE", "65536"), ("LOG_MAX_FILES", "2"), ("HOSTS", "brig.example, b"), ("ID_RANGE", "1000000:655360"), ("HISTORY_QUOTA", "2097152"));

        Assert.Equal(("/data/brig", "/run/b", "/opt/shim", 65536L, 2), (options.Engine.Root, options.Engine.Run, options.Engine.Shim, options.Engine.LogMaxSize, options.Engine.LogMaxFiles));
        Assert.Equal("1000000:655360", options.Engine.Ids.ToString());
        Assert.Equal(2 << 20, options.Engine.HistoryQuota);
        Assert.Equal(2, options.Urls.Length);
        Assert.Equal(["brig.example", "b"], options.Hosts.AsEnumerable());
        Assert.Equal("0123456789abcdef", options.Token);
    }

    [Theory]
    [InlineData("ROOT", "data", "BRIG_ROOT must be an absolute path; it is \"data\".")]
    [InlineData("TOKEN", "short", "BRIG_TOKEN is too easy to guess: it has 5 characters and needs at least 16.")]
    [InlineData("TOKEN", "ein Token mit Lücken", "BRIG_TOKEN may hold only visible ASCII characters, because it travels in an HTTP header.")]
    [InlineData("URLS", "8620", "BRIG_URLS must be addresses such as http://127.0.0.1:8620; \"8620\" is not one.")]
    [InlineData("URLS", "ftp://127.0.0.1", "BRIG_URLS must be addresses such as http://127.0.0.1:8620; \"ftp://127.0.0.1\" is not one.")]
    [InlineData("URLS", "http://127.0.0.1:99999", "BRIG_URLS must be addresses such as http://127.0.0.1:8620; \"http://127.0.0.1:99999\" is not one.")]
    [InlineData("URLS", "http://127.0.0.1:80/brig", "BRIG_URLS must be addresses such as http://127.0.0.1:8620; \"http://127.0.0.1:80/brig\" is not one.")]
    [InlineData("URLS", ";", "BRIG_URLS names no address to listen on.")]
    [InlineData("URLS", "http://localhost:0", "BRIG_URLS can leave the port to the kernel only for an IP address; write http://127.0.0.1:0 in place of \"http://localhost:0\".")]
    [InlineData("URLS", "http://brig.example", "BRIG_URLS names the addresses to listen on, so it takes IP addresses or localhost; put \"brig.example\" into BRIG_HOSTS.")]
    [InlineData("LOG_MAX_SIZE", "16M", "BRIG_LOG_MAX_SIZE must be a whole number from 4096 to 1099511627776; it is \"16M\".")]
    [InlineData("ID_RANGE", "0:65536", "BRIG_ID_RANGE must be first:count, two whole numbers: the user ids from which every container gets 65536, such as 1879048192:268304384, above 65535 and below 4294967295; it is \"0:65536\".")]
    [InlineData("HISTORY_QUOTA", "1G", "BRIG_HISTORY_QUOTA must be a whole number from 1048576 to 1099511627776; it is \"1G\".")]
    [InlineData("LOG_MAX_FILES", "0", "BRIG_LOG_MAX_FILES must be a whole number from 1 to 1000; it is \"0\".")]
    public void Read_SettingIsWrong_OneSentence(string key, string value, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<BadOptionException>(() => Read((key, value))).Message);

    [Fact]
    public void Read_RunIsTooLongForASocket_SaysSo()
    {
        string message = Assert.Throws<BadOptionException>(() => Read(("RUN", "/" + new string('r', 100)))).Message;

        Assert.StartsWith("BRIG_RUN is too long:", message);
    }

    private static BrigOptions Read(params (string Key, string Value)[] settings) => BrigOptionsReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build());
}
