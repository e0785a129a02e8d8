// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IMatching} from "../../contracts/interfaces/IMatching.sol";
import {IRegistryEntry} from "../../contracts/interfaces/IRegistryEntry.sol";
import {DealId} from "../../contracts/types/Ids.sol";
import {DatasetOrder} from "../../contracts/types/Orders.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev docs/reference/protocol.md section 11 (e). The deployed peer asks whatever contract a dataset order names who its owner is, and believes it.
contract OnlyRegisteredDatasetsServeDeals_Test is Work {
    function test_AnImpostorIsRefused() external {
        DatasetOrder memory order = datasetOrder;
        _withoutDataset();
        DealId dealId = _matchOrders();

        // A contract that says it belongs to the data provider, who signs for it.
        address impostor = makeAddr("impostor");
        vm.etch(impostor, hex"5f5ffd");
        vm.mockCall(impostor, abi.encodeCall(IRegistryEntry.owner, ()), abi.encode(dataProvider.addr));
        order.dataset = impostor;
        order.sign = _sign(dataProvider, signer.hashDataset(order));
        vm.expectRevert(
            abi.encodeWithSelector(IMatching.IncompatibleDatasetOrder.selector, "dataset is not registered")
        );
        poco.assertDatasetDealCompatibility(order, dealId);

        // The same order for a registered dataset passes.
        order.dataset = dataset;
        order.sign = _sign(dataProvider, signer.hashDataset(order));
        poco.assertDatasetDealCompatibility(order, dealId);
    }
}
