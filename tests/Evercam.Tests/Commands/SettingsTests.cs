using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Evercam.Archive;
using Evercam.CameraClient;
using Evercam.Recorder;
using Evercam.Server;
using Evercam.Server.Activities;
using Evercam.Server.Backups;
using Evercam.Server.Cameras;
using Evercam.Server.Catalogue;
using Evercam.Server.Clients;
using Evercam.Server.Commands;
using Evercam.Server.Demo;
using Evercam.Server.Events;
using Evercam.Server.Http;
using Evercam.Server.Live;
using Evercam.Server.Mail;
using Evercam.Server.Notices;
using Evercam.Server.OAuth;
using Evercam.Server.Pictures;
using Evercam.Server.Rights;
using Evercam.Server.Series;
using Evercam.Server.Setup;
using Evercam.Server.Snapshots;
using Evercam.Server.Users;
using Evercam.Server.Watching;
using Evercam.Server.Webhooks;
using Evercam.Storage;
using Evercam.Storage.S3;
using Evercam.Tests.Docs;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary>A wrong setting ends the start with one sentence, before anything is made.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<Type, string> Sections = new()
    {
        [typeof(StorageOptions)] = "Evercam",
        [typeof(DemoOptions)] = "Evercam",
        [typeof(PublicOptions)] = "Evercam",
        [typeof(SnapshotArchiveOptions)] = "Evercam:Archive",
        [typeof(S3Options)] = S3Options.Section,
        [typeof(NodeOptions)] = NodeOptions.Section,
        [typeof(OwnerOptions)] = "Evercam:Archive",
        [typeof(BackupOptions)] = BackupOptions.Section,
        [typeof(CameraClientOptions)] = "Evercam:Cameras",
        [typeof(RecorderOptions)] = "Evercam:Recorder",
        [typeof(LiveOptions)] = LiveOptions.Section,
        [typeof(CameraOptions)] = CameraOptions.Section,
        [typeof(ClientOptions)] = ClientOptions.Section,
        [typeof(ShareOptions)] = ShareOptions.Section,
        [typeof(HttpOptions)] = HttpOptions.Section,
        [typeof(ConnectionOptions)] = ConnectionOptions.Section,
        [typeof(SessionOptions)] = SessionOptions.Section,
        [typeof(UserOptions)] = UserOptions.Section,
        [typeof(SignUpOptions)] = "Evercam",
        [typeof(ActivityOptions)] = ActivityOptions.Section,
        [typeof(ThumbnailOptions)] = ThumbnailOptions.Section,
        [typeof(OAuthOptions)] = OAuthOptions.Section,
        [typeof(SnapshotOptions)] = SnapshotOptions.Section,
        [typeof(MailOptions)] = MailOptions.Section,
        [typeof(CatalogueOptions)] = CatalogueOptions.Section,
        [typeof(EventOptions)] = EventOptions.Section,
        [typeof(NoticeOptions)] = NoticeOptions.Section,
        [typeof(WebhookOptions)] = WebhookOptions.Section,
        [typeof(SeriesOptions)] = SeriesOptions.Section,
        [typeof(MetricsOptions)] = MetricsOptions.Section,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Settings => [.. Sections.SelectMany(options => options.Key
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType).IsValueType)
        .Select(property => $"{options.Value}:{property.Name}"))];

    public static TheoryData<string> Lists => [.. Sections.SelectMany(options => options.Key
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
        .Select(property => $"{options.Value}:{property.Name}"))];

    public static TheoryData<string, string> BoundedSettings => [.. Sections.SelectMany(options => options.Key
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetCustomAttribute<RangeAttribute>() is not null)
        .Select(property => ($"{options.Value}:{property.Name}", property.PropertyType == typeof(TimeSpan) ? "-1.00:00:00" : "-1")))];

    [Fact]
    public void Every_kind_of_options_has_its_place_in_the_table() => Assert.Equal(
        new[] { typeof(EvercamHost), typeof(StorageOptions), typeof(RecorderOptions), typeof(CameraClientOptions), typeof(SnapshotArchiveOptions) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.Namespace?.StartsWith("Evercam", StringComparison.Ordinal) == true)
            .Select(type => type.Name).Order(StringComparer.Ordinal),
        Sections.Keys.Select(type => type.Name).Order(StringComparer.Ordinal));

    /// <summary>With <c>EVERCAM_WRITE_DOCS=1</c> in the environment the page is written instead.</summary>
    [Fact]
    public async Task The_page_of_settings_says_what_the_options_say()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/settings.md"), Cancellation);
        var (written, _) = page.Split(SettingsPage.Begin) is [var before, var table] ? (before, table) : default;
        var wanted = $"{written}{SettingsPage.Begin}\n\n{SettingsPage.Write(Sections)}";
        if (Environment.GetEnvironmentVariable("EVERCAM_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(Repository.PathOf("docs/settings.md"), wanted, Cancellation);
        }
        else
        {
            Assert.Equal(wanted, page);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_list_whose_entry_has_no_number_is_told(string setting) => Assert.StartsWith(
        $"{setting} is a list: ",
        (await Assert.ThrowsAsync<SettingsException>(() => CommandLine.BuildAsync([$"--{setting}", "10.0.0.0/8"]))).Message,
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_word_where_a_number_a_time_or_a_choice_belongs_is_told_by_its_name(string setting)
    {
        var wrong = await Assert.ThrowsAsync<SettingsException>(() => CommandLine.BuildAsync([$"--{setting}", "foo"]));
        Assert.StartsWith($"{setting} is 'foo', and must be ", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("something else", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Theory]
    [MemberData(nameof(BoundedSettings))]
    public async Task A_value_out_of_its_bounds_is_told_with_them(string setting, string tooLittle)
    {
        var wrong = await Assert.ThrowsAsync<SettingsException>(() => CommandLine.BuildAsync([$"--{setting}", tooLittle]));
        Assert.Matches($@"\A{setting} must be between \S+ and \S+\.\z", wrong.Message);
    }

    [Theory]
    [InlineData("Evercam:SignUp is 'maybe', and must be open, invited or closed.", "--Evercam:SignUp", "maybe")]
    [InlineData("Evercam:Database is 'oracle', and must be sqlite or postgres.", "--Evercam:Database", "oracle")]
    [InlineData("Evercam:Demo is 'maybe', and must be true or false.", "--Evercam:Demo", "maybe")]
    [InlineData("Evercam:OAuth:AccessTokenLifetime is 'foo', and must be a time such as 00:00:30 or 7.00:00:00.", "--Evercam:OAuth:AccessTokenLifetime", "foo")]
    [InlineData("Evercam:Mail:Tls must be startTls, implicit or none.", "--Evercam:Mail:Tls", "7")]
    [InlineData("Evercam:PublicUrl: 'foo' is not an address such as https://cameras.example.org.", "--Evercam:PublicUrl", "foo")]
    [InlineData("Evercam:Http:TrustedProxies: 'foo' is neither an address nor a network, such as 127.0.0.1 or 10.0.0.0/8.", "--Evercam:Http:TrustedProxies:0", "foo")]
    [InlineData("Evercam:Http:TrustedOrigins: 'foo' is not an origin such as https://example.org.", "--Evercam:Http:TrustedOrigins:0", "foo")]
    [InlineData("Evercam:Cameras:DeniedRanges: 'foo' is not an address or a range such as 192.168.0.0/16.", "--Evercam:Cameras:DeniedRanges:0", "foo")]
    [InlineData("Evercam:Metrics:Networks: 'foo' is not a network such as 10.0.0.0/8.", "--Evercam:Metrics:Networks:0", "foo")]
    [InlineData("Evercam:Mail:Host: A mail server needs a name, and Evercam:Mail:From the address that mails come from.", "--Evercam:Mail:Host", "mail.example.org")]
    [InlineData("Evercam:Mail:From: 'foo' is not an address such as Evercam <cameras@example.org>.", "--Evercam:Mail:From", "foo")]
    [InlineData("Evercam:Series:Ffmpeg is empty.", "--Evercam:Series:Ffmpeg", "")]
    [InlineData("'foo' is no address to listen on, such as http://localhost:8080 (urls).", "--urls", "foo")]
    [InlineData(
        "'foo' is no level of the log: what stands in Logging:LogLevel must be trace, debug, information, warning, error, critical or none.",
        "--Logging:LogLevel:Default", "foo")]
    [InlineData("Logging:Console:FormatterName is 'xml', and must be simple, json or systemd.", "--Logging:Console:FormatterName", "xml")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT is no address such as http://localhost:4317.",
        "--OTEL_EXPORTER_OTLP_ENDPOINT=foo")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT is no address such as http://localhost:4317.",
        "--OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json', and must be grpc or http/protobuf.",
        "--OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/json")]
    [InlineData(
        "Evercam:Http:TrustedProxies is a list: write Evercam:Http:TrustedProxies:0 for its first entry, Evercam:Http:TrustedProxies:1 for the next, and so on.",
        "--Evercam:Http:TrustedProxies", "127.0.0.1")]
    [InlineData(
        "Evercam:Archive:MaxPending must be between 1000 and 10000000.\nEvercam:Mail:Port must be between 1 and 65535.",
        "--Evercam:Archive:MaxPending", "1", "--Evercam:Mail:Port", "0")]
    public async Task What_is_wrong_is_told_by_its_full_name_and_with_what_may_stand_there(string sentences, params string[] settings) =>
        Assert.Equal(sentences, (await Assert.ThrowsAsync<SettingsException>(() => CommandLine.BuildAsync(settings))).Message);

    [Theory]
    [InlineData("Evercam:Mail:Tls is 'foo', and must be startTls, implicit or none.", "--Evercam:Mail:Tls", "foo")]
    [InlineData("MaxPending must be between 1000 and 10000000.", "--Evercam:Archive:MaxPending", "1", "--Evercam:Mail:Port", "99999")]
    [InlineData("Evercam:Archive:MinimumFreeBytes is 9223372036854775807, but the disk of ", "--Evercam:Archive:MinimumFreeBytes", "9223372036854775807")]
    [InlineData("Evercam:Packs is neither disk nor s3.", "--Evercam:Packs", "7")]
    [InlineData("Evercam:Cluster:Redis is set, but servers can share only PostgreSQL and a bucket", "--Evercam:Cluster:Redis", "127.0.0.1:6379")]
    [InlineData("Evercam:Cluster:Port must be between 0 and 65535.", "--Evercam:Cluster:Port", "70000")]
    [InlineData("Evercam:Cluster:Address is no IP address of this machine.", "--Evercam:Cluster:Redis", "127.0.0.1:6379", "--Evercam:Cluster:Address", "0.0.0.0")]
    [InlineData("Evercam:S3:Bucket is no name of a bucket", "--Evercam:Packs", "s3")]
    [InlineData("Evercam:S3:ServiceUrl is no address", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:ServiceUrl", "ftp://x")]
    [InlineData("one of them is empty", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:AccessKey", "x")]
    [InlineData("PartInterval must be between 00:00:01 and 00:01:00.", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:PartInterval", "00:02:00")]
    [InlineData("BufferBytes must be between", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:BufferBytes", "1")]
    [InlineData("CacheBytes must be between", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:CacheBytes", "1")]
    [InlineData("Timeout must be between", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:Timeout", "00:00:00")]
    [InlineData("Prefix begins with a slash", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:Prefix", "/a")]
    [InlineData("Region is empty", "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures", "--Evercam:S3:Region", " ")]
    [InlineData("foo", "--urls", "foo")]
    [InlineData("'foo' is no level of the log", "--Logging:LogLevel:Default", "foo")]
    [InlineData("Logging:Console:FormatterName is 'xml'", "--Logging:Console:FormatterName", "xml")]
    public async Task A_start_with_a_wrong_setting_ends_before_anything_is_made(string sentence, params string[] settings)
    {
        using var folder = new TempFolder();
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, [.. settings, "--Evercam:DataDirectory", folder["data"]]);
        Assert.Equal(78, exit);
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data"]));
    }
}
