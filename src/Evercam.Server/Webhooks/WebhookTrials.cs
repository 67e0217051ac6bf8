using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Webhooks;

/// <summary>Keeps trials from being used to pester receivers.</summary>
internal sealed class WebhookTrials(KeyedHash secrets, IOptions<WebhookOptions> options, TimeProvider clock)
    : UserLimit("webhook", options.Value.TrialsPerMinute, secrets, clock);
