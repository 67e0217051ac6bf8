using System.Text.Json;
using System.Text.Json.Serialization;

namespace Evercam.Api;

/// <summary>All that comes over the wire as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ApiKeys))]
[JsonSerializable(typeof(CamerasAnswer))]
[JsonSerializable(typeof(ClientApplication))]
[JsonSerializable(typeof(ClientKeys))]
[JsonSerializable(typeof(CloudRecordingsAnswer))]
[JsonSerializable(typeof(CoverageAnswer))]
[JsonSerializable(typeof(DaysAnswer))]
[JsonSerializable(typeof(DeliveriesAnswer))]
[JsonSerializable(typeof(HoursAnswer))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(KeyTest))]
[JsonSerializable(typeof(LiveSnapshot))]
[JsonSerializable(typeof(LogAnswer))]
[JsonSerializable(typeof(MailChoicesAnswer))]
[JsonSerializable(typeof(ModelsAnswer))]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(RecordingsAnswer))]
[JsonSerializable(typeof(RightsAnswer))]
[JsonSerializable(typeof(SeriesAnswer))]
[JsonSerializable(typeof(SharesAnswer))]
[JsonSerializable(typeof(SnapshotsAnswer))]
[JsonSerializable(typeof(TimelapsesAnswer))]
[JsonSerializable(typeof(TokenInfo))]
[JsonSerializable(typeof(TrialAnswer))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(UsersAnswer))]
[JsonSerializable(typeof(VendorsAnswer))]
[JsonSerializable(typeof(WebhooksAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;
