// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {DatasetInfo} from "../../../../contracts/types/Catalog.sol";
import {OrderKind} from "../../../../contracts/types/Orders.sol";

contract ViewDataset_Unit_Test is Base {
    function testFuzz_RevertWhen_TheDatasetIsNotRegistered(address nobody) external {
        vm.expectRevert(abi.encodeWithSelector(IMatching.NotRegistered.selector, OrderKind.DATASET, nobody));
        poco.viewDataset(nobody);
    }

    function testFuzz_WhenTheDatasetIsRegistered(
        string calldata name,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external {
        vm.assume(bytes(name).length + multiaddr.length < 20_000);
        address dataset = datasetRegistry.createDataset(dataProvider.addr, name, multiaddr, checksum);

        // It should be what it was created with.
        DatasetInfo memory info = poco.viewDataset(dataset);
        assertEq(info.owner, dataProvider.addr, "owner");
        assertEq(info.m_datasetName, name, "name");
        assertEq(info.m_datasetMultiaddr, multiaddr, "multiaddr");
        assertEq(info.m_datasetChecksum, checksum, "checksum");
    }
}
