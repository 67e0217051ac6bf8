using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Evercam.Server.Activities;
using Evercam.Server.Cameras;
using Evercam.Server.Catalogue;
using Evercam.Server.Clients;
using Evercam.Server.Live;
using Evercam.Server.Models;
using Evercam.Server.Notices;
using Evercam.Server.OAuth;
using Evercam.Server.OpenApi;
using Evercam.Server.Recordings;
using Evercam.Server.Series;
using Evercam.Server.Shares;
using Evercam.Server.Snapshots;
using Evercam.Server.Test;
using Evercam.Server.Users;
using Evercam.Server.Webhooks;

namespace Evercam.Server.Http;

/// <summary>Every type of the API on the wire. It is the only resolver, so a type that is missing here fails its first
/// test.</summary>
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(ErrorMessages))]
[JsonSerializable(typeof(CamerasResponse))]
[JsonSerializable(typeof(ClientKeysResponse))]
[JsonSerializable(typeof(ClientResponse))]
[JsonSerializable(typeof(CloudRecordingsResponse))]
[JsonSerializable(typeof(CoverageResponse))]
[JsonSerializable(typeof(DaysResponse))]
[JsonSerializable(typeof(DeliveriesResponse))]
[JsonSerializable(typeof(DiscoveryResponse))]
[JsonSerializable(typeof(HoursResponse))]
[JsonSerializable(typeof(InvitationsResponse))]
[JsonSerializable(typeof(KeysResponse))]
[JsonSerializable(typeof(LiveResponse))]
[JsonSerializable(typeof(LogObjectsResponse))]
[JsonSerializable(typeof(LogResponse))]
[JsonSerializable(typeof(MailChoicesResponse))]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(NoticeResponse))]
[JsonSerializable(typeof(OAuthErrorResponse))]
[JsonSerializable(typeof(RecordingsResponse))]
[JsonSerializable(typeof(RightsResponse))]
[JsonSerializable(typeof(SeriesResponse))]
[JsonSerializable(typeof(SharesResponse))]
[JsonSerializable(typeof(SnapshotsResponse))]
[JsonSerializable(typeof(TestResponse))]
[JsonSerializable(typeof(TimelapsesResponse))]
[JsonSerializable(typeof(TokenInfoResponse))]
[JsonSerializable(typeof(TokensResponse))]
[JsonSerializable(typeof(TrialResponse))]
[JsonSerializable(typeof(UserNameResponse))]
[JsonSerializable(typeof(UserResponse))]
[JsonSerializable(typeof(UsersResponse))]
[JsonSerializable(typeof(VendorsResponse))]
[JsonSerializable(typeof(WebhooksResponse))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Snake case, nulls written, numbers as numbers, and text left readable: answers are never read as HTML, because they say
    /// <c>application/json</c> and <c>nosniff</c>. Requests are read by <see cref="Params"/>, which takes numbers as texts, too.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.TypeInfoResolver = Default;
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }
}

/// <summary>The body of a failure.</summary>
internal sealed record ErrorMessage(string Message);

/// <summary>The body of a request that breaks rules: all of them.</summary>
internal sealed record ErrorMessages(IReadOnlyList<string> Message);

/// <summary><c>{}</c>: the body of a deletion, because jQuery takes an empty answer for a failure.</summary>
internal sealed record Nothing
{
    public static Nothing Instance { get; } = new();
}
