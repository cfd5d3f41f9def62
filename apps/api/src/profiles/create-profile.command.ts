import { randomUUID } from 'node:crypto';
import type { NewProfile, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { defineProfile, type ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import { AssistantStore } from '@grantkeeper/platform/assistants/assistant.store';
import { findAssistant } from '@grantkeeper/platform/assistants/assistant.view';
import type { Place } from '@grantkeeper/platform/crypto/sealing';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { profileView } from '@grantkeeper/platform/profiles/profile.view';
import { clientSecretPlace, nextClientSecretPlace } from '@grantkeeper/platform/profiles/secret-places';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';
import { ClientSecrets } from './client-secrets.js';
import { Discovery } from './discovery.js';
import { endpointErrors } from './endpoint-policy.js';

export class CreateProfile extends Command<ProfileView> {
  constructor(
    readonly assistantId: string,
    readonly input: NewProfile,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(CreateProfile)
export class CreateProfileHandler implements ICommandHandler<CreateProfile> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly profiles: ProfileStore,
    private readonly assistants: AssistantStore,
    private readonly pool: SqlPool,
    private readonly discovery: Discovery,
    private readonly secrets: ClientSecrets,
    private readonly policy: OutboundPolicy,
    private readonly config: ApiConfig,
  ) {}

  async execute({ assistantId, input, context }: CreateProfile): Promise<ProfileView> {
    if (!(await findAssistant(this.pool, assistantId))) throw new AssistantNotFound();
    const definition = await this.define(input, context.correlationId);
    const id = input.id?.toLowerCase() ?? randomUUID();
    const { name } = input;
    const seal = async (place: Place, secret: string | undefined): Promise<Buffer | null> =>
      secret === undefined ? null : this.secrets.seal(assistantId, place, secret);
    const clientSecret = await seal(clientSecretPlace(id), input.clientSecret);
    const nextClientSecret = await seal(nextClientSecretPlace(id), input.nextClientSecret);
    const changed = Object.keys(input).filter((member) => member !== 'id' && member !== 'type');

    return this.unitOfWork.run(context, async (tx) => {
      await this.assistants.hold(tx.manager, assistantId);
      const profile = await this.profiles.add(
        tx.manager,
        { id, assistantId, name, definition, clientSecret, nextClientSecret, changed },
        actorName(context.actor),
      );
      tx.record(`profile-${id}`, assistantId, {
        type: 'profiles.created.v1',
        profileId: id,
        revision: profile.revision,
        changed,
      });
      tx.audit({
        action: 'profiles.create',
        subject: `profile:${id}`,
        assistantId,
        detail: { name, revision: profile.revision, changed },
      });
      return profileView(profile, this.config.publicUrl);
    });
  }

  /** Calls the provider's discovery document where one is named, before any transaction. Throws with every wrong field. */
  private async define(input: NewProfile, correlationId: string): Promise<ProfileDefinition> {
    const { discoveryUrl } = input.advanced;
    const sent = endpointErrors(input, this.policy);
    if (sent.some(({ path }) => path === 'advanced.discoveryUrl')) throw new InvalidInput(sent);
    const discovered = discoveryUrl === undefined ? null : await this.discovery.read(discoveryUrl, correlationId);
    const { definition, errors } = defineProfile(input, discovered);
    const wrong = [...errors, ...endpointErrors(definition, this.policy)];
    if (wrong.length > 0) throw new InvalidInput(wrong);
    return definition;
  }
}
