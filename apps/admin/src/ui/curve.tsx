import { Box, Group, Table, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { clockText, instantText, numberText } from '../i18n/formats.js';
import { useLanguage } from '../i18n/language.js';
import { useCommonTexts } from './common-texts.js';
import { areaPath, linePath, nearest, placeOf, type Room, ticksUpTo } from './curve-geometry.js';

export interface CurveSeries {
  key: string;
  label: string;
  color: 'brand' | 'red' | 'yellow' | 'green' | 'gray';
  /** Told apart by more than its colour. */
  dashed?: boolean;
}

export interface CurvePoint {
  at: string;
  values: Readonly<Record<string, number>>;
}

interface CurveProps {
  /** What the curve shows, for those who hear it. */
  title: string;
  series: readonly CurveSeries[];
  /** At even distances, in order. */
  points: readonly CurvePoint[];
  height?: number;
}

const margin = { left: 48, right: 12, top: 8, bottom: 24 };
const strokeOf = (color: CurveSeries['color']) => `light-dark(var(--mantine-color-${color}-8), var(--mantine-color-${color}-4))`;

/** Numbers over time: lines that can be pointed at, and the same as a table. */
export function Curve({ title, series, points, height = 220 }: CurveProps) {
  const texts = useCommonTexts();
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<number | null>(null);
  const room = { width: Math.max(1, width - margin.left - margin.right), height: height - margin.top - margin.bottom };
  const point = pointed === null ? undefined : points[pointed];
  return (
    <Box>
      <Group gap="md" mb={4}>
        {series.map((one) => (
          <LegendItem key={one.key} series={one} value={point?.values[one.key]} />
        ))}
        {point && <PointTime at={point.at} />}
      </Group>
      <Box ref={ref}>
        <svg
          role="img"
          aria-label={title}
          width="100%"
          height={height}
          onPointerMove={({ clientX, currentTarget }) => {
            const x = clientX - currentTarget.getBoundingClientRect().left - margin.left;
            setPointed(points.length === 0 ? null : nearest(x, points.length, room.width));
          }}
          onPointerLeave={() => setPointed(null)}
        >
          {width > 0 && <Drawing series={series} points={points} room={room} pointed={pointed} />}
        </svg>
      </Box>
      <details>
        <Text component="summary" size="sm" c="dimmed">
          {texts.asTable}
        </Text>
        <CurveTable title={title} series={series} points={points} />
      </details>
    </Box>
  );
}

interface DrawingProps extends Pick<CurveProps, 'series' | 'points'> {
  room: Room;
  pointed: number | null;
}

function Drawing({ series, points, room, pointed }: DrawingProps) {
  const valuesOf = ({ key }: CurveSeries) => points.map(({ values }) => values[key] ?? 0);
  const ticks = ticksUpTo(Math.max(0, ...series.flatMap(valuesOf)));
  const top = ticks.at(-1) ?? 1;
  const x = pointed === null ? null : placeOf(pointed, 0, points.length, top, room)[0];
  return (
    <g transform={`translate(${margin.left} ${margin.top})`}>
      <Grid ticks={ticks} points={points} room={room} />
      {series.map((one) => (
        <g key={one.key}>
          <path d={areaPath(valuesOf(one), top, room)} fill={strokeOf(one.color)} fillOpacity={one.dashed ? 0 : 0.12} />
          <path
            d={linePath(valuesOf(one), top, room)}
            fill="none"
            stroke={strokeOf(one.color)}
            strokeWidth={2}
            strokeDasharray={one.dashed ? '6 4' : undefined}
            strokeLinejoin="round"
          />
        </g>
      ))}
      {x !== null && <line x1={x} x2={x} y2={room.height} stroke="var(--mantine-color-dimmed)" />}
    </g>
  );
}

function Grid({ ticks, points, room }: { ticks: readonly number[]; points: readonly CurvePoint[]; room: Room }) {
  const language = useLanguage();
  const top = ticks.at(-1) ?? 1;
  const ends = [points[0], points[Math.floor((points.length - 1) / 2)], points.at(-1)];
  const label = { fill: 'var(--mantine-color-dimmed)', fontSize: 12 };
  return (
    <>
      {ticks.map((tick) => {
        const y = room.height - (tick / top) * room.height;
        return (
          <g key={tick}>
            <line x2={room.width} y1={y} y2={y} stroke="var(--mantine-color-default-border)" />
            <text x={-8} y={y + 4} textAnchor="end" {...label}>
              {numberText(tick, language)}
            </text>
          </g>
        );
      })}
      {points.length > 2 &&
        ends.map((point, index) => (
          <text
            key={point?.at}
            x={(index / 2) * room.width}
            y={room.height + 18}
            textAnchor={(['start', 'middle', 'end'] as const)[index]}
            {...label}
          >
            {point && clockText(point.at, language)}
          </text>
        ))}
    </>
  );
}

function LegendItem({ series: { label, color, dashed }, value }: { series: CurveSeries; value: number | undefined }) {
  const language = useLanguage();
  return (
    <Group gap={6}>
      <svg aria-hidden="true" width={22} height={8}>
        <line x2={22} y1={4} y2={4} stroke={strokeOf(color)} strokeWidth={3} strokeDasharray={dashed ? '6 4' : undefined} />
      </svg>
      <Text size="sm">
        {label}
        {value !== undefined && <strong>: {numberText(value, language)}</strong>}
      </Text>
    </Group>
  );
}

function PointTime({ at }: { at: string }) {
  const language = useLanguage();
  return (
    <Text size="sm" c="dimmed">
      {instantText(at, language)}
    </Text>
  );
}

function CurveTable({ title, series, points }: Pick<CurveProps, 'title' | 'series' | 'points'>) {
  const language = useLanguage();
  const texts = useCommonTexts();
  return (
    <Table mt="xs" aria-label={title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{texts.time}</Table.Th>
          {series.map(({ key, label }) => (
            <Table.Th key={key} scope="col">
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {points.map(({ at, values }) => (
          <Table.Tr key={at}>
            <Table.Th scope="row" fw={400}>
              {instantText(at, language)}
            </Table.Th>
            {series.map(({ key }) => (
              <Table.Td key={key}>{numberText(values[key] ?? 0, language)}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
