import { AssistantNameTaken, AssistantNotEmpty, AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { Column, CreateDateColumn, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { breaks } from '../database/constraints.js';

@Entity('assistant')
export class AssistantRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  @Column('int') revision: number;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

/** Stores assistants: the boundary between one bot's profiles and another's. */
export class AssistantStore {
  /** Throws AssistantNameTaken. */
  async add(manager: EntityManager, id: string, name: string): Promise<AssistantRow> {
    await manager.insert(AssistantRow, { id, name, revision: 1 }).catch((error: unknown) => {
      throw nameTakenOr(error, name);
    });
    return manager.findOneByOrFail(AssistantRow, { id });
  }

  /** Reads an assistant and locks it for the transaction. Throws AssistantNotFound. */
  async lock(manager: EntityManager, id: string): Promise<AssistantRow> {
    const row = await manager.findOne(AssistantRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new AssistantNotFound();
    return row;
  }

  /** Keeps an assistant from being removed until the transaction ends. Throws AssistantNotFound. */
  async hold(manager: EntityManager, id: string): Promise<void> {
    const row = await manager.findOne(AssistantRow, { where: { id }, lock: { mode: 'for_key_share' } });
    if (!row) throw new AssistantNotFound();
  }

  /** Renames a locked assistant. Throws AssistantNameTaken. */
  async rename(manager: EntityManager, { id, revision }: AssistantRow, name: string): Promise<AssistantRow> {
    await manager.update(AssistantRow, { id }, { name, revision: revision + 1 }).catch((error: unknown) => {
      throw nameTakenOr(error, name);
    });
    return manager.findOneByOrFail(AssistantRow, { id });
  }

  /** Removes a locked assistant with its runtime keys and data keys. Throws AssistantNotEmpty. */
  async remove(manager: EntityManager, { id }: AssistantRow): Promise<void> {
    await manager.delete(AssistantRow, { id }).catch((error: unknown) => {
      throw breaks(error, 'profile_assistant_id_fkey') ? new AssistantNotEmpty() : error;
    });
  }
}

const nameTakenOr = (error: unknown, name: string): unknown =>
  breaks(error, 'assistant_name_taken') ? new AssistantNameTaken(name) : error;
